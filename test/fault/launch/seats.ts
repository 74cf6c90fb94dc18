/** A sale of few seats to a large crowd, of whom some give up inside: what the platform sold, to whom, and what it was asked after. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { sendCrowd, tallyOf } from '../../../load-tests/visitors/crowd.ts';
import type { Random, VisitorPlan, VisitorRecord } from '../../../load-tests/visitors/words.ts';
import { type GatewayProcess, startGateway } from '../../support/gateway-process.ts';
import { ask, NAVIGATION, visitor } from '../../support/http-client.ts';
import { type PlatformProcess, startPlatformProcess } from '../../support/platform-process.ts';
import { measureSchedulingDelay } from '../../support/scheduling-delay.ts';
import { allowedSeconds } from './seats-pace.ts';

export interface SeatsRun {
  seats: number;
  /** At once. */
  sessions: number;
  visitors: number;
  overMs: number;
  stayMs: number;
  /** Inside; two thirds of these say goodbye, the others are just gone. */
  giveUpShare: number;
  idleSeconds: number;
  seed: number;
}

export interface SeatsOutcome {
  sold: number;
  /** From the first arrival until the last seat was sold, by the platform's books; null: never. */
  soldOutAfterSeconds: number | null;
  /** As long as the slots allow, for the same people who stayed as long as they did. */
  allowedSeconds: number;
  records: readonly VisitorRecord[];
  outcomes: Record<string, number>;
  /** Requests that the platform got from a crowd that came once everything was sold. */
  requestsWhenSoldOut: number;
  /** What that crowd was told. */
  toldWhenSoldOut: string[];
  /** Of the machine, or of the crowd's own process, whichever was later. */
  schedulingDelayMs: number;
}

const EVENT = '4711';
const ADDRESS = `/ereg/newreg.php?eventid=${EVENT}`;
const LOOK_MS = 100;

/** The platform itself would sell without end: what holds is the gate's doing. */
export async function runSeats(run: SeatsRun): Promise<SeatsOutcome> {
  const platform = await startPlatformProcess({ integrated: true, idleSeconds: run.idleSeconds });
  const gate = await startGateway({ config: configOf(run, platform.url) });
  const [delay, ownDelay] = [measureSchedulingDelay(), monitorEventLoopDelay()];
  ownDelay.enable();
  const startedMs = performance.now();
  const end = new AbortController();
  const crowd = sendCrowd({
    ...{ base: gate.url, count: run.visitors, overMs: run.overMs, seed: run.seed, signal: end.signal },
    plan: (random) => planOf(run, random),
  });
  const soldOutAtMs = await untilSold(platform, run, crowd.done);
  const records = await crowd.done;
  ownDelay.disable();
  const books = await platform.stats();
  const late = await comeTooLate(gate, platform);
  const { p99Ms } = await delay.stop();
  await gate.stop();
  await platform.stop();
  return {
    sold: books.registrations[EVENT] ?? 0,
    soldOutAfterSeconds: soldOutAtMs === null ? null : (soldOutAtMs - startedMs) / 1_000,
    allowedSeconds: allowedSeconds(records, run),
    ...{ records, outcomes: { ...tallyOf(records).outcomes } },
    ...{
      requestsWhenSoldOut: late.requests,
      toldWhenSoldOut: late.told,
      schedulingDelayMs: Math.max(p99Ms, ownDelay.percentile(99) / 1e6),
    },
  };
}

function configOf({ seats, sessions, idleSeconds }: SeatsRun, upstream: string): string {
  return `
drain: { delaySeconds: 0 }
log: { samplePerSecond: 1 }
upstreams: { platform: { targets: ["${upstream}"] } }
rooms:
  "event-{eventid}":
    limits: { sessions: ${sessions}, seats: ${seats}, submitReserve: 0 }
    session: { idleSeconds: ${idleSeconds}, submitGraceSeconds: 0 }
  platform: {}
rules: [{ name: event, match: { path: /ereg/*, query: { eventid: "{eventid}" } }, room: "event-{eventid}" }]
default: { room: platform, upstream: platform }
`;
}

function planOf(run: SeatsRun, random: Random): VisitorPlan {
  const givesUp = random() < run.giveUpShare;
  return {
    ...{ kind: 'browser', address: ADDRESS, givesUpAfterPolls: null, retries: 3, patienceMs: 30_000 },
    // Between half and one and a half times as long.
    stayMs: run.stayMs * (0.5 + random()),
    fillsForm: !givesUp,
    leaves: !givesUp || random() < 2 / 3,
  };
}

async function untilSold(
  platform: PlatformProcess,
  run: SeatsRun,
  done: Promise<unknown>,
): Promise<number | null> {
  let isOver = false;
  void done.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    if (((await platform.stats()).registrations[EVENT] ?? 0) >= run.seats) return performance.now();
    await sleep(LOOK_MS);
  }
  return null;
}

/** All kinds of requests that a visitor without a session may send. */
async function comeTooLate(gate: GatewayProcess, platform: PlatformProcess) {
  const before = (await platform.stats()).requests;
  const url = gate.url + ADDRESS;
  const answers = await Promise.all([
    ...Array.from({ length: 50 }, () => visitor(gate.url).open(ADDRESS)),
    ...Array.from({ length: 10 }, () => visitor(gate.url).post(ADDRESS)),
    ...Array.from({ length: 10 }, () => ask(url)),
    ...Array.from({ length: 10 }, () => ask(url, { headers: { accept: 'application/json' } })),
    ...Array.from({ length: 10 }, () => ask(url, { method: 'HEAD', headers: NAVIGATION })),
    ask(url, { headers: { 'headgate-ticket': 'a.b.c', 'headgate-pass': 'a.b.c' } }),
    ask(url, { headers: { ...NAVIGATION, 'sec-purpose': 'prefetch' } }),
  ]);
  return {
    requests: (await platform.stats()).requests - before,
    told: [...new Set(answers.map(({ state }) => state ?? 'nothing'))],
  };
}
