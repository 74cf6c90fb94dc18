/** A crowd at many gateways while something goes wrong behind them: what its visitors were told, and what the platform's books say. */
import { tallyOf } from '../../../load-tests/visitors/crowd.ts';
import type { Random } from '../../../load-tests/visitors/words.ts';
import type { Fleet } from '../../support/fleet.ts';
import { type RoomWatch, watchRoom } from '../../support/room-watch.ts';
import { measureSchedulingDelay } from '../../support/scheduling-delay.ts';
import { untilSo } from '../../support/within.ts';
import { addFaultRow } from '../report.ts';
import { judge, type Verdict } from '../verdict.ts';
import { between, patientVisitor, ROOM } from './visitors.ts';

export interface CrowdRun {
  sessions: number;
  visitors: number;
  /** The arrivals are spread over this time: more come than fit, so that somebody always waits. */
  overMs: number;
  stayMs: { least: number; most: number };
  /** Each third stays so long and says nothing meanwhile: who is inside is known by its lease alone. */
  silentMs?: number;
  seed: number;
  /** How long a gateway may tell what was true before: until it has noticed that its store is out of reach, and ticked again. */
  staleMs?: number;
  /** Visits end when the line has called again: who is still there is `stopped`. Else everybody gets in and leaves. */
  endsEarly?: boolean;
}

export interface FaultOutcome extends Verdict {
  mostSessions: number;
  /** Visitors by how their visit ended. */
  outcomes: Record<string, number>;
  /** Requests that were answered with a failure, or not at all. */
  failures: number;
  /** The longest, of all faults of the run; null: one was never followed by a call. */
  callingAgainSeconds: number | null;
  schedulingDelayMs: number;
  seconds: number;
}

const CALLING_MS = 60_000;
const WAITING_MS = 60_000;

/** `act` does the harm and resolves with the moments (monotonic ms) from which the line must call again. */
export async function underCrowd(
  fault: string,
  fleet: Fleet,
  run: CrowdRun,
  act: (watch: RoomWatch) => Promise<readonly number[]>,
): Promise<FaultOutcome> {
  const [watch, delay] = [watchRoom(fleet, ROOM), measureSchedulingDelay()];
  const startedMs = performance.now();
  const over = new AbortController();
  const crowd = fleet.crowd({
    ...{ ...run, count: run.visitors, signal: over.signal },
    plan: (random, index) => planOf(run, random, index),
  });
  const momentsMs = await act(watch);
  if (run.endsEarly) {
    for (const sinceMs of momentsMs) await untilCalling(watch, sinceMs);
    over.abort();
  }
  const records = await crowd.done;
  const { sessions } = await fleet.platform.stats();
  await watch.stop();
  const schedulingDelayMs = (await delay.stop()).p99Ms;
  const verdict = judge({
    ...{ records, mostSessions: sessions.most, limit: run.sessions, schedulingDelayMs },
    ...(run.staleMs === undefined ? {} : { toleranceMs: run.staleMs }),
  });
  const { breaches: _told, ...figures } = verdict;
  const callingAgainSeconds = longest(momentsMs.map((sinceMs) => watch.callingAgainSeconds(sinceMs)));
  addFaultRow({ fault, ...figures, callingAgainSeconds, schedulingDelayMs });
  return {
    ...verdict,
    ...{ mostSessions: sessions.most, outcomes: tallyOf(records).outcomes },
    failures: records.reduce((sum, { failures }) => sum + failures, 0),
    ...{ callingAgainSeconds, schedulingDelayMs },
    seconds: (performance.now() - startedMs) / 1_000,
  };
}

/** From here on nobody is let in by a gateway's share: somebody waits. */
export function untilWaiting(watch: RoomWatch): Promise<void> {
  return untilSo(WAITING_MS, 'no line came about', () => watch.isWaitedEverywhere);
}

/** That it took too long is judged later, by the time. */
export function untilCalling(watch: RoomWatch, sinceMs: number): Promise<void> {
  const isCalling = () => watch.callingAgainSeconds(sinceMs) !== null;
  return untilSo(CALLING_MS, 'the line did not call again', isCalling).catch(() => {});
}

function planOf({ stayMs, silentMs }: CrowdRun, random: Random, index: number) {
  if (silentMs !== undefined && index % 3 === 0)
    return patientVisitor(index, silentMs, { looksEveryMs: silentMs });
  return patientVisitor(index, between(random, stayMs.least, stayMs.most));
}

function longest(seconds: readonly (number | null)[]): number | null {
  return seconds.reduce<number | null>(
    (most, each) => (most === null || each === null ? null : Math.max(most, each)),
    0,
  );
}
