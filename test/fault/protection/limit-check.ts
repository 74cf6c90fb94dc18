/** September 2017: every query becomes twenty times slower half way through a launch, and some time later is well again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { sendArrivals } from '../../../load-tests/visitors/arrivals.ts';
import type { VisitorRecord } from '../../../load-tests/visitors/words.ts';
import { startPlatformProcess } from '../../support/platform-process.ts';
import { noteAnswers } from './answers.ts';
import { watchBooks } from './books.ts';
import { capacityOf, EVENT, registrant } from './capacity.ts';
import { type RatePoint, watchRate } from './rate.ts';
import { type Decision, type Slowness, setStage } from './stage.ts';

export interface LimitCheckRun {
  wellMs: number;
  slowMs: number;
  recoverMs: number;
}

export interface LimitCheckOutcome {
  /** Visitors who come a minute. */
  offered: number;
  /** Admissions a minute, by the room's own count: before, in the worst of the slow time, at the end. */
  before: number;
  least: number;
  after: number;
  /** From the change until fewer than half of them were let in; null: never. */
  fellMs: number | null;
  /** Turns of the rate by a quarter of what is offered or more, the first fall and the last rise among them. */
  turns: number;
  thrownOut: number;
  registered: number;
  /** Without a gate: registered in all, and failed requests. */
  bare: { registered: number; failed: number };
  rates: string[];
  course: string[];
  told: Record<string, number>;
  slowness: Slowness;
  journal: Decision[];
}

/** 20 × 25 ms are half a second: slow, yet answered within the platform's patience when few ask. */
const DATABASE = { databaseConnections: 8, queryMs: 25 };
const SLOW = 20;
const LOAD = 0.8;
const THINK_MS = 4_000;
const WINDOW_MS = 4_000;

export async function runLimitCheck({
  wellMs,
  slowMs,
  recoverMs,
}: LimitCheckRun): Promise<LimitCheckOutcome> {
  const perSecond = LOAD * capacityOf(DATABASE);
  const limit = Math.floor(capacityOf(DATABASE) * 0.9 * 60);
  const stage = await setStage({
    room: `{ limits: { admissionsPerMinute: ${limit} } }`,
    database: DATABASE,
  });
  const bare = await startPlatformProcess();
  await bare.setMode(DATABASE);
  const bareBooks = watchBooks(bare);
  const answers = noteAnswers();
  // People who are inside do not give up because a page fails.
  const plan = (random: () => number) => ({
    ...registrant(THINK_MS)(random),
    retries: 60,
    patienceMs: 20_000,
  });
  const send = (base: string, note?: typeof answers.note) =>
    sendArrivals({
      ...{ base, perSecond, seed: 7, plan, spread: 'even' as const },
      ...(note ? { onAnswer: note } : {}),
    });
  const visitors = send(stage.gateway.url, answers.note);
  const others = send(bare.url);
  const rate = watchRate(stage.gateway, `event-${EVENT}`);
  const setSlow = (slowFactor: number) =>
    Promise.all([stage.platform.setMode({ slowFactor }), bare.setMode({ slowFactor })]);

  const beganMs = performance.now();
  await sleep(wellMs);
  await setSlow(SLOW);
  const slowAtMs = performance.now();
  await sleep(slowMs);
  await setSlow(1);
  await sleep(recoverMs);
  const endMs = performance.now();
  const journal = await stage.journal();
  const records = await visitors.stop();
  await others.stop();
  await Promise.all([rate.stop(), bareBooks.stop()]);
  const points = rate.points(WINDOW_MS).filter(({ atMs }) => atMs >= beganMs + WINDOW_MS);
  const before = rate.perMinute(slowAtMs - WINDOW_MS, slowAtMs);
  const bareLast = bareBooks.entries.at(-1)!;
  const outcome = {
    offered: perSecond * 60,
    ...{ before, journal, bare: { registered: bareLast.registered, failed: bareLast.failed } },
    least: Math.min(...points.filter(({ atMs }) => atMs > slowAtMs).map(({ perMinute }) => perMinute)),
    after: rate.perMinute(endMs - WINDOW_MS, endMs),
    fellMs: fellAfter(points, slowAtMs, (perSecond * 60) / 2),
    turns: turnsOf(points, (perSecond * 60) / 4),
    thrownOut: thrownOut(records),
    registered: stage.books.entries.at(-1)!.registered,
    rates: points.filter((_, index) => index % 4 === 0).map((point) => textOf(point, slowAtMs)),
    course: stage.books.course(slowAtMs, 3_000),
    slowness: await stage.slowness(),
    told: answers.tally(beganMs, endMs),
  };
  await bare.stop();
  await stage.strike();
  return outcome;
}

function thrownOut(records: readonly VisitorRecord[]): number {
  return records.filter(({ outcome }) => outcome === 'thrown-out').length;
}

function fellAfter(points: readonly RatePoint[], sinceMs: number, below: number): number | null {
  const low = points.find(({ atMs, perMinute }) => atMs > sinceMs && perMinute < below);
  return low ? low.atMs - sinceMs : null;
}

/** Changes of direction that are followed by a way of at least `least`. */
export function turnsOf(points: readonly RatePoint[], least: number): number {
  let turns = 0;
  let direction = 0;
  let extreme = points[0]?.perMinute ?? 0;
  for (const { perMinute } of points) {
    const way = perMinute - extreme;
    if (direction !== 0 && Math.sign(way) === direction) extreme = perMinute;
    else if (Math.abs(way) >= least) {
      direction = Math.sign(way);
      extreme = perMinute;
      turns += 1;
    }
  }
  return turns;
}

function textOf({ atMs, perMinute }: RatePoint, zeroMs: number): string {
  return `${((atMs - zeroMs) / 1_000).toFixed(1)} s: ${Math.round(perMinute)} a minute`;
}
