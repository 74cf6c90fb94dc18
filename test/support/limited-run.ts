/** A crowd at a gate in front of the demo platform: what the platform's own books and the visitors say of the limits. */
import { setTimeout as sleep } from 'node:timers/promises';
import { sendCrowd } from '../../load-tests/visitors/crowd.ts';
import type { Random, VisitorPlan, VisitorRecord } from '../../load-tests/visitors/words.ts';
import { startGateway } from './gateway-process.ts';
import { type PlatformProcess, startPlatformProcess } from './platform-process.ts';
import { measureSchedulingDelay } from './scheduling-delay.ts';

export const ROOM = 'event-4711';

export interface LimitedRun {
  sessions: number;
  admissionsPerMinute: number | null;
  visitors: number;
  overMs: number;
  stayMs: (random: Random) => number;
  noShowShare: number;
  /** Ends the run, whoever still waits; null: when the last visitor has gone. */
  endAfterMs: number | null;
  seed: number;
}

export interface LimitedOutcome {
  records: readonly VisitorRecord[];
  books: Awaited<ReturnType<PlatformProcess['stats']>>;
  /** Slots that a newcomer may have: the limit without the reserve. */
  slots: number;
  /** Share of the slot-seconds used while somebody waited, from 30 s after the start; null: never so long. */
  utilisation: number | null;
  judgedSeconds: number;
  seconds: number;
  /** 99th percentile, and the worst. */
  schedulingDelayMs: number;
  longestDelayMs: number;
}

export async function runLimited(run: LimitedRun): Promise<LimitedOutcome> {
  const platform = await startPlatformProcess();
  const gate = await startGateway({ config: configFor(run, platform.url) });
  const end = new AbortController();
  const delay = measureSchedulingDelay();
  const startedMs = performance.now();
  const crowd = sendCrowd({
    base: gate.url,
    count: run.visitors,
    overMs: run.overMs,
    seed: run.seed,
    plan: (random) => planOf(run, random),
    signal: end.signal,
  });
  let isOver = false;
  const done = crowd.done.finally(() => {
    isOver = true;
  });
  if (run.endAfterMs !== null) setTimeout(() => end.abort(), run.endAfterMs).unref();
  const slots = run.sessions - Math.floor(run.sessions * 0.02);
  const use = await watchUse(platform, gate.url, startedMs, () => isOver || end.signal.aborted);
  const books = await platform.stats();
  const records = await done;
  const seconds = (performance.now() - startedMs) / 1_000;
  const { p99Ms: schedulingDelayMs, mostMs: longestDelayMs } = await delay.stop();
  await gate.stop();
  await platform.stop();
  return {
    records,
    books,
    slots,
    utilisation: use.seconds > 0 ? use.slotSeconds / (slots * use.seconds) : null,
    judgedSeconds: use.seconds,
    ...{ seconds, schedulingDelayMs, longestDelayMs },
  };
}

function configFor({ sessions, admissionsPerMinute }: LimitedRun, upstream: string): string {
  return `
drain: { delaySeconds: 0 }
log: { samplePerSecond: 1 }
upstreams: { platform: { targets: ["${upstream}"] } }
rooms:
  "event-{eventid}": { limits: { sessions: ${sessions}, admissionsPerMinute: ${admissionsPerMinute} } }
  platform: {}
rules: [{ name: event, match: { path: /ereg/*, query: { eventid: "{eventid}" } }, room: "event-{eventid}" }]
default: { room: platform, upstream: platform }
`;
}

/**
 * Browsers alone: a program that comes while nobody waits is served without a session, within the allowance, and no limit
 * is promised for that. Those who do not come walk away at once or after a few looks.
 */
function planOf(run: LimitedRun, random: Random): VisitorPlan {
  return {
    kind: 'browser',
    address: '/ereg/newreg.php?eventid=4711',
    givesUpAfterPolls: random() < run.noShowShare ? Math.floor(random() * 3) : null,
    stayMs: run.stayMs(random),
    fillsForm: false,
    leaves: true,
    retries: 3,
    patienceMs: 30_000,
  };
}

const SETTLE_MS = 30_000;
const LOOK_MS = 250;

async function watchUse(
  platform: PlatformProcess,
  gate: string,
  startedMs: number,
  isOver: () => boolean,
): Promise<{ slotSeconds: number; seconds: number }> {
  const use = { slotSeconds: 0, seconds: 0 };
  for (let last = performance.now(); !isOver(); ) {
    await sleep(LOOK_MS);
    const [{ sessions }, waiting] = await Promise.all([platform.stats(), waitingAt(gate)]);
    const now = performance.now();
    if (waiting > 0 && now - startedMs > SETTLE_MS) {
      use.slotSeconds += (sessions.now * (now - last)) / 1_000;
      use.seconds += (now - last) / 1_000;
    }
    last = now;
  }
  return use;
}

async function waitingAt(gate: string): Promise<number> {
  const answer = await fetch(`${gate}/.headgate/rooms/${ROOM}/status`);
  return ((await answer.json()) as { waiting?: number }).waiting ?? 0;
}
