/** Who comes during a soak, steadily, at random: people who register, who only look, who never come when called; programs; status polls; API clients. */
import { request } from 'undici';
import { type Arrivals, sendArrivals } from '../visitors/arrivals.ts';
import type { Random, VisitorPlan } from '../visitors/words.ts';

export interface Churn {
  /** Times of the answers since it was last asked, ms, and the statuses of the requests that failed; 0: no answer. */
  take(): { latenciesMs: number[]; failedWith: number[] };
  /** Visitors so far. */
  count(): number;
  /** From now on so many come each second. */
  setRate(perSecond: number): void;
  stop(): Promise<void>;
}

export interface ChurnOptions {
  gates: readonly string[];
  perSecond: number;
  seed: number;
}

const EVENTS = ['4711', '4716', '4719'];
const ASK_EVERY_MS = 250;
const USUAL = {
  ...{ givesUpAfterPolls: null, fillsForm: false, leaves: true, retries: 1, patienceMs: 10_000 },
  kind: 'browser' as const,
};

/** So many of a hundred are of each kind. */
export function churnPlan(random: Random): VisitorPlan {
  const event = EVENTS[Math.floor(random() * EVENTS.length)] as string;
  const address = `/ereg/newreg.php?eventid=${event}`;
  const plan = { ...USUAL, address, stayMs: 2_000 + random() * 13_000 };
  const kind = random() * 100;
  if (kind < 45) return { ...plan, fillsForm: true };
  if (kind < 60) return { ...plan, looksEveryMs: 2_000 };
  // Says nothing when it leaves: the idle time ends its session.
  if (kind < 70) return { ...plan, looksEveryMs: 3_000, leaves: false };
  if (kind < 80) return { ...plan, givesUpAfterPolls: Math.floor(random() * 4) };
  if (kind < 90) return { ...plan, kind: 'program', joinsFirst: `event-${event}` };
  return { ...plan, kind: 'program' };
}

export function startChurn({ gates, perSecond, seed }: ChurnOptions): Churn {
  let latenciesMs: number[] = [];
  let failedWith: number[] = [];
  let turn = 0;
  let asked = 0;
  const nextGate = () => gates[turn++ % gates.length] as string;
  const nextPath = () => PATHS[asked++ % PATHS.length] as string;
  const note = (status: number, tookMs: number) => {
    if (status === 0 || status >= 500) failedWith.push(status);
    else latenciesMs.push(tookMs);
  };
  const arrivals: Arrivals = sendArrivals({
    ...{ base: nextGate, perSecond, seed, plan: churnPlan },
    onAnswer: (_asked, { status, toldAtMs, askedAtMs }) => note(status, toldAtMs - askedAtMs),
  });
  const asking = setInterval(
    () => void ask(nextGate(), nextPath()).then(([status, ms]) => note(status, ms)),
    ASK_EVERY_MS,
  );
  return {
    count: () => arrivals.records.length,
    setRate: arrivals.setRate,
    take() {
      const taken = { latenciesMs, failedWith };
      latenciesMs = [];
      failedWith = [];
      return taken;
    },
    async stop() {
      clearInterval(asking);
      await arrivals.stop();
    },
  };
}

const PATHS = [
  '/.headgate/rooms/event-4711/status',
  '/api/attendees?eventid=4722',
  '/assets/app.css',
  '/events',
];

async function ask(gate: string, path: string): Promise<[status: number, tookMs: number]> {
  const startedMs = performance.now();
  try {
    const { statusCode, body } = await request(`${gate}${path}`, { headers: { accept: 'application/json' } });
    await body.dump();
    return [statusCode, performance.now() - startedMs];
  } catch {
    return [0, 0];
  }
}
