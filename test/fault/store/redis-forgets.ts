/** Redis is killed, flushed, put back to an older state or replaced by an empty one, under a long line and visitors inside. */
import { setTimeout as sleep } from 'node:timers/promises';
import { tallyOf } from '../../../load-tests/visitors/crowd.ts';
import { startFleet } from '../../support/fleet.ts';
import { type RedisServer, startRedis } from '../../support/redis-server.ts';
import { watchRoom } from '../../support/room-watch.ts';
import { measureSchedulingDelay } from '../../support/scheduling-delay.ts';
import { addFaultRow } from '../report.ts';
import { surelyCallingSeconds, untilSurelyCalling } from '../timing.ts';
import { judge, type Verdict } from '../verdict.ts';
import { age, copyOf } from './snapshot.ts';
import { type KeptPlace, lookAtPlaces, sharedPlaces, takePlaces } from './tickets.ts';
import { between, patientVisitor, ROOM } from './visitors.ts';

/** `restored`: the state before most of the line stood, with all its times moved an hour back. */
export type Forgetting = 'killed' | 'flushed' | 'restored' | 'emptied';

export interface ForgetRun {
  how: Forgetting;
  sessions: number;
  /** Browsers that come and go. */
  visitors: number;
  overMs: number;
  stayMs: { least: number; most: number };
  /** Places that programs take behind them. */
  waiting: number;
  /** Browsers behind everybody, who do not get in during the run, and programs that come after the fault. */
  last: number;
  seed: number;
}

export interface ForgetOutcome extends Verdict {
  /** Numbers that stood in the line when it happened. */
  waiting: number;
  mostSessions: number;
  outcomes: Record<string, number>;
  callingAgainSeconds: number | null;
  schedulingDelayMs: number;
  seconds: number;
}

const HOUR_MS = 3_600_000;
/** The old state is that of this part of the arrivals. */
const SNAPSHOT_AT = 0.5;

const NAMES: Record<Forgetting, string> = {
  killed: 'Redis killed -9 (everysec), restarted',
  flushed: 'FLUSHALL',
  restored: 'Redis restored from an hour ago (times moved back)',
  emptied: 'an empty Redis on the same address',
};

export async function runForgetting(run: ForgetRun): Promise<ForgetOutcome> {
  const redis = await startRedis({ appendonly: 'everysec' });
  const fleet = await startFleet({
    gateways: 3,
    store: `{ kind: redis, url: "${redis.url}" }`,
    room: `{ limits: { sessions: ${run.sessions}, submitReserve: 0 }, session: { idleSeconds: 60 } }`,
  });
  const [watch, delay] = [watchRoom(fleet, ROOM), measureSchedulingDelay()];
  const startedMs = performance.now();
  const crowd = fleet.crowd({
    ...run,
    count: run.visitors,
    plan: (random, index) => planOf(run, random, index),
  });
  const copy = run.how === 'restored' ? takeCopy(redis, run) : null;
  await sleep(run.overMs);
  const places = await takePlaces(fleet, ROOM, run.waiting);
  const over = new AbortController();
  const last = fleet.crowd({
    count: run.last,
    overMs: 500,
    seed: run.seed + 1,
    plan: lastPlan,
    signal: over.signal,
  });
  await sleep(1_000);

  await forget(redis, run.how, await copy);
  const endedMs = performance.now();
  const newcomers = await takePlaces(fleet, ROOM, run.last);
  const records = await crowd.done;
  const looked = await lookAtPlaces(fleet, ROOM, places);
  over.abort();
  const all = [...records, ...(await last.done)];
  await untilSurelyCalling(watch, endedMs);
  await watch.stop();

  const { sessions } = await fleet.platform.stats();
  const schedulingDelayMs = (await delay.stop()).p99Ms;
  const { most: mostSessions } = sessions;
  const verdict = judge({ records: all, mostSessions, limit: run.sessions, schedulingDelayMs });
  const callingAgainSeconds = surelyCallingSeconds(watch, endedMs);
  const found = together(verdict, looked, [...places, ...newcomers], overtaken(places, newcomers));
  const { breaches: _told, ...figures } = found;
  const fault = `${NAMES[run.how]}, ${run.waiting.toLocaleString('en')} waiting`;
  addFaultRow({ fault, ...figures, callingAgainSeconds, schedulingDelayMs });
  await fleet.stop();
  return {
    ...found,
    waiting: places.length + run.last,
    mostSessions: sessions.most,
    outcomes: tallyOf(records).outcomes,
    callingAgainSeconds,
    schedulingDelayMs,
    seconds: (performance.now() - startedMs) / 1_000,
  };
}

/** Each tenth is silent for the whole of a long stay. */
function planOf({ stayMs }: ForgetRun, random: () => number, index: number) {
  if (index % 10 !== 0) return patientVisitor(index, between(random, stayMs.least, stayMs.most));
  return patientVisitor(index, 3 * stayMs.most, { looksEveryMs: 3 * stayMs.most });
}

function lastPlan(_random: () => number, index: number) {
  return patientVisitor(100_000 + index, 1_000);
}

async function takeCopy(redis: RedisServer, { overMs }: ForgetRun): Promise<string> {
  await sleep(SNAPSHOT_AT * overMs);
  const copy = await copyOf(redis);
  await age(copy, ROOM, HOUR_MS);
  return copy;
}

async function forget(redis: RedisServer, how: Forgetting, copy: string | null): Promise<void> {
  switch (how) {
    case 'killed':
      await redis.kill();
      return redis.restart();
    case 'flushed':
      return void (await redis.cli('FLUSHALL'));
    case 'restored':
      await redis.kill();
      return redis.restart({ folder: copy! });
    case 'emptied':
      await redis.kill();
      return redis.restart({ sameFolder: false });
  }
}

/** Whoever came after the fault stands behind everybody who came before. */
function overtaken(before: readonly KeptPlace[], after: readonly KeptPlace[]): string[] {
  const last = before.reduce((most, { number }) => Math.max(most, number), 0);
  return after.flatMap(({ number }) =>
    number === null || number > last ? [] : [`a newcomer got ${number}, ${last} had been given`],
  );
}

function together(
  verdict: Verdict,
  { lost, grown }: { lost: string[]; grown: string[] },
  places: readonly KeptPlace[],
  disordered: readonly string[],
): Verdict {
  const shared = sharedPlaces(places.filter(({ number }) => number !== null));
  return {
    ...verdict,
    lostPlaces: verdict.lostPlaces + lost.length + shared.length,
    orderBroken: verdict.orderBroken + disordered.length,
    positionsGrown: verdict.positionsGrown + grown.length,
    breaches: [...verdict.breaches, ...lost, ...shared, ...disordered, ...grown],
  };
}
