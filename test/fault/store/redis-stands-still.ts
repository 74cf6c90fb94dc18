/** Redis is held still (SIGSTOP) and wakes with all that it was sent meanwhile: a room of each `onStoreLoss`, with people inside, in line and at the door. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { readRoom } from '../../../gateway/store/redis-room.ts';
import type { PlatformStats } from '../../../load-tests/platform/books.ts';
import { sharedNumbers } from '../../../load-tests/visitors/laws.ts';
import type { VisitorRecord } from '../../../load-tests/visitors/words.ts';
import { type Fleet, HOST, startFleet } from '../../support/fleet.ts';
import { type Reply, visitor } from '../../support/http-client.ts';
import { startRedis } from '../../support/redis-server.ts';
import { watchRoom } from '../../support/room-watch.ts';
import { measureSchedulingDelay } from '../../support/scheduling-delay.ts';
import { addFaultRow } from '../report.ts';
import { surelyCallingSeconds, untilSurelyCalling } from '../timing.ts';
import { judge, type Verdict } from '../verdict.ts';
import { type Insiders, letIn, p99Of } from './insiders.ts';
import { patientVisitor } from './visitors.ts';

export interface StillRun {
  /** Of each room. */
  sessions: number;
  /** Slots of the `share` room that are free when it happens; the other rooms are full. */
  free: number;
  /** Who wait in the full rooms when it happens. */
  waiting: number;
  /** Who come to each room while Redis stands still. */
  newcomers: number;
  /** Each of those inside asks once in this time. */
  everyMs: number;
  beforeMs: number;
  stillMs: number;
  afterMs: number;
}

export interface RoomOutcome {
  /** What newcomers were told at the door while Redis stood still, by `headgate-state`. */
  doors: Record<string, number>;
  /** Who came then and were let in before it woke. */
  letIn: number;
  /** By the platform. */
  mostSessions: number;
  /** Numbers given since the stop that nobody holds. */
  gaps: number;
  /** In the store and not at the platform, at the end. */
  strayLeases: number;
}

export interface StillOutcome extends Verdict {
  rooms: Record<Loss, RoomOutcome>;
  /** Of those inside; `unnoticed`: until every gateway surely knew. */
  p99Ms: { before: number; still: number; unnoticed: number };
  requests: { before: number; still: number };
  notServed: Record<string, number>;
  callingAgainSeconds: number | null;
  schedulingDelayMs: number;
  /** While Redis stood still. */
  stillDelayMs: number;
}

type Loss = 'share' | 'hold' | 'open';

/** An event, so a room, each. */
const EVENTS: Record<Loss, string> = { share: '1', hold: '2', open: '3' };
const LOSSES = Object.keys(EVENTS) as Loss[];
/** A tick, and the time-out of its command. */
const UNNOTICED_MS = 1_200;
const PAGES = 4;

const roomOf = (loss: Loss) => `event-${EVENTS[loss]}`;
const addressOf = (loss: Loss) => `/ereg/newreg.php?eventid=${EVENTS[loss]}`;

export async function runStandstill(run: StillRun): Promise<StillOutcome> {
  const redis = await startRedis({ appendonly: 'everysec' });
  const law = (loss: Loss) =>
    `{ limits: { sessions: ${run.sessions}, submitReserve: 0 }, session: { idleSeconds: 60 }, onStoreLoss: ${loss} }`;
  const fleet = await startFleet({
    gateways: 3,
    store: `{ kind: redis, url: "${redis.url}" }`,
    room: law('hold'),
    rooms: Object.fromEntries(LOSSES.map((loss) => [roomOf(loss), law(loss)])),
  });
  const [watch, delay] = [watchRoom(fleet, roomOf('hold')), measureSchedulingDelay()];
  const inside = await byLoss((loss) => fill(fleet, run, loss));
  const over = new AbortController();
  const send = (loss: Loss, count: number, overMs: number, from: number) =>
    fleet.crowd({
      ...{ count, overMs, seed: from, signal: over.signal },
      plan: (_, index) =>
        patientVisitor(from + index, 600_000, {
          address: addressOf(loss),
          account: `${loss}-${from + index}`,
        }),
    });
  const line = LOSSES.map((loss) => send(loss, loss === 'share' ? 0 : run.waiting, 1_000, 1_000));
  await sleep(run.beforeMs);

  const issued = await byLoss(async (loss) => issuedIn(redis.client, loss));
  redis.pause();
  const stoppedMs = performance.now();
  const stillDelay = measureSchedulingDelay();
  const newcomers = await byLoss(async (loss) => send(loss, run.newcomers, 0.7 * run.stillMs, 10_000));
  await sleep(run.stillMs / 2);
  const doors = await byLoss((loss) => knock(fleet, loss));
  await Promise.all(LOSSES.map((loss) => inside[loss].leave(Math.floor(run.sessions / 3))));
  await sleep(Math.max(0, stoppedMs + run.stillMs - performance.now()));
  redis.resume();
  const wokeMs = performance.now();
  const stillDelayMs = (await stillDelay.stop()).p99Ms;
  await sleep(run.afterMs);

  const asked = LOSSES.flatMap((loss) => inside[loss].asked);
  const rooms = await byLoss(async (loss) => ({
    doors: doors[loss],
    letIn: newcomers[loss].records.filter(
      ({ admittedAtMs }) => admittedAtMs !== null && admittedAtMs < wokeMs,
    ).length,
    mostSessions: (await fleet.platform.stats()).byEvent[EVENTS[loss]]?.most ?? 0,
    // Who knocked and was held has a number, too, of which no record tells.
    gaps: (await gapsIn(redis.client, loss, issued[loss], newcomers[loss].records)) - (doors[loss].held ?? 0),
    strayLeases: await strayLeases(redis.client, await fleet.platform.stats(), loss),
  }));
  over.abort();
  for (const loss of LOSSES) await inside[loss].stop();
  const records = (await Promise.all([...line, ...Object.values(newcomers)].map(({ done }) => done))).flat();
  await untilSurelyCalling(watch, wokeMs);
  await watch.stop();
  const callingAgainSeconds = surelyCallingSeconds(watch, wokeMs);
  const schedulingDelayMs = (await delay.stop()).p99Ms;
  const verdict = judgeAll(run, records, rooms, schedulingDelayMs);
  const { breaches: _told, ...figures } = verdict;
  const fault = `Redis stands still for ${run.stillMs / 1_000} s`;
  addFaultRow({ fault, ...figures, callingAgainSeconds, schedulingDelayMs });
  await fleet.stop();

  const before = asked.filter(({ atMs }) => atMs < stoppedMs);
  const still = asked.filter(({ atMs }) => atMs >= stoppedMs && atMs < wokeMs);
  return {
    ...verdict,
    rooms,
    p99Ms: {
      before: p99Of(before),
      still: p99Of(still),
      unnoticed: p99Of(still.filter(({ atMs }) => atMs < stoppedMs + UNNOTICED_MS)),
    },
    requests: { before: before.length, still: still.length },
    notServed: countsOf(asked.filter(({ isServed }) => !isServed).map(({ told }) => told)),
    ...{ callingAgainSeconds, schedulingDelayMs, stillDelayMs },
  };
}

async function byLoss<T>(make: (loss: Loss) => Promise<T>): Promise<Record<Loss, T>> {
  const [share, hold, open] = await Promise.all(LOSSES.map(make));
  return { share: share!, hold: hold!, open: open! };
}

function fill(fleet: Fleet, run: StillRun, loss: Loss): Promise<Insiders> {
  const count = loss === 'share' ? run.sessions - run.free : run.sessions;
  return letIn(fleet, { address: addressOf(loss), room: roomOf(loss), count, everyMs: run.everyMs });
}

/** What people are told at the door, at each gateway. */
async function knock(fleet: Fleet, loss: Loss): Promise<Record<string, number>> {
  const replies: Reply[] = [];
  for (const { url } of fleet.gateways)
    for (let index = 0; index < PAGES; index++)
      replies.push(
        await visitor(url, { host: HOST, cookie: `ereg_account=${loss}-knocks-${url}-${index}` }).open(
          addressOf(loss),
        ),
      );
  for (const { state, status, text } of replies)
    if (state === 'held' && (status !== 200 || !text.includes('Your place is kept')))
      throw new Error(`a held page of status ${status}: ${text.slice(0, 500)}`);
  return countsOf(replies.map(({ state }) => String(state)));
}

async function issuedIn(client: Redis, loss: Loss): Promise<number> {
  const room = await readRoom(client, 'hg', roomOf(loss));
  return room?.lanes.default?.issued ?? 0;
}

async function gapsIn(
  client: Redis,
  loss: Loss,
  before: number,
  records: readonly VisitorRecord[],
): Promise<number> {
  const held = new Set(records.flatMap(({ number }) => (number !== null && number > before ? [number] : [])));
  return (await issuedIn(client, loss)) - before - held.size;
}

async function strayLeases(client: Redis, books: PlatformStats, loss: Loss): Promise<number> {
  const room = await readRoom(client, 'hg', roomOf(loss));
  return (room?.sessions.size ?? 0) - (books.byEvent[EVENTS[loss]]?.now ?? 0);
}

/** `open` lets everybody in: its limit is none. */
function judgeAll(
  run: StillRun,
  records: readonly VisitorRecord[],
  rooms: Record<Loss, RoomOutcome>,
  schedulingDelayMs: number,
): Verdict {
  const mostSessions = Math.max(rooms.share.mostSessions, rooms.hold.mostSessions);
  const verdict = judge({ records, mostSessions, limit: run.sessions, schedulingDelayMs });
  const shared = sharedNumbers(records.filter(({ number }) => number !== 0));
  return {
    ...verdict,
    lostPlaces: verdict.lostPlaces + shared.length,
    breaches: [...verdict.breaches, ...shared],
  };
}

function countsOf(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
