/** What the parts of a visit share. */
import type { Client } from './client.ts';
import { sleep } from './sleep.ts';
import type { Random, Sighting, VisitorPlan, VisitorRecord } from './words.ts';

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
  /** Writes a sighting down; where absent, each is kept. */
  readonly keepSighting?: (sightings: Sighting[], sighting: Sighting) => void;
}

/** Counts a failed request and pauses as people do before they reload: half a second to two. */
export async function pauseAfterFailure(visit: Visit): Promise<void> {
  const { record, random } = visit;
  record.failures += 1;
  await rest(visit, 500 + random() * 1500);
}

/** Waits; what is sent next is meant for the end of the wait, however late that is noticed. */
export async function rest({ client, signal }: Visit, ms: number): Promise<void> {
  client.dueAtMs = performance.now() + ms;
  await sleep(ms, signal);
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
    queued: false,
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
