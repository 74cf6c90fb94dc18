/** What the parts of a visit share. */
import type { Client } from './client.ts';
import { sleep } from './sleep.ts';
import type { Random, VisitorPlan, VisitorRecord } from './words.ts';

export interface Visit {
  readonly plan: VisitorPlan;
  readonly record: VisitorRecord;
  readonly client: Client;
  readonly random: Random;
  /** Aborts when the run is over. */
  readonly signal: AbortSignal;
  /** The gate's reserved paths. */
  readonly prefix: string;
  /** Prefix of the gate's cookies. */
  readonly cookiePrefix: string;
}

/** Counts a failed request and pauses as people do before they reload: half a second to two. */
export async function pauseAfterFailure({ record, random, signal }: Visit): Promise<void> {
  record.failures += 1;
  await sleep(500 + random() * 1500, signal);
}

export function emptyRecord(plan: VisitorPlan): VisitorRecord {
  return {
    plan,
    phase: 'coming',
    arrivedAtMs: 0,
    room: null,
    lane: null,
    number: null,
    numbers: [],
    sightings: [],
    calledAtMs: null,
    admittedAtMs: null,
    admittedAs: null,
    sawConfirmation: null,
    goneAtMs: null,
    refusedClaims: 0,
    lostPlaces: 0,
    failures: 0,
    outcome: null,
  };
}
