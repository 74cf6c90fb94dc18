/**
 * The crowd of a run with bots, in a process of its own: bots, people and a shared address. A wait lasts from the question for a
 * number until its holder is let in; whoever is called, and comes when all that may is let in for the moment, comes again.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import type { BotKind, BotOutcome, BotRun } from './bots.ts';

const [, , gate = '', words = '{}'] = process.argv;
const run = JSON.parse(words) as BotRun;

const HONEST = 2_000;
const ARRIVING_SECONDS = 20;
const SOURCES = 50;
const BOT_PER_SECOND = 2_000 / 60;
const SHARED_PER_SECOND = 300 / 60;
const LOOK_MS = 250;
/** A median is known once so many are inside. */
const ENOUGH = 0.55;

interface Place {
  ticket: string;
  lane: string;
  number: number;
  joinedMs: number;
  inMs: number | null;
  comes: boolean;
}

type Lanes = Record<string, { serving: number }>;

const stage = createStage(gate);
const crowd = createCrowd(stage, run);
await crowd.play();
console.log(`seen ${JSON.stringify(crowd.outcome())}`);
await stage.close();

function createStage(url: string) {
  const dispatcher = new Agent({ connections: 64 });
  const send = async (path: string, method: 'GET' | 'POST', headers: Record<string, string> = {}) => {
    const answer = await request(url + path, { method, headers, dispatcher });
    const text = await answer.body.text();
    return { status: answer.statusCode, state: answer.headers['headgate-state'], text };
  };
  return {
    join: (address: string) =>
      send('/.headgate/rooms/launch/tickets', 'POST', { 'x-forwarded-for': address }),
    isLetIn: async (ticket: string) =>
      (await send('/', 'GET', { 'headgate-ticket': ticket })).state === 'admitted',
    async lanes(): Promise<Lanes> {
      const { text } = await send('/.headgate/rooms/launch/status', 'GET');
      return (JSON.parse(text) as { lanes: Lanes }).lanes;
    },
    close: () => dispatcher.close(),
  };
}

type Stage = ReturnType<typeof createStage>;

function createCrowd(stage: Stage, run: BotRun) {
  const people: Place[] = [];
  const shared: Place[] = [];
  const bots: Place[] = [];
  let [sharedRefused, botsRefused, lateMs] = [0, 0, 0];
  const startMs = performance.now();
  const untilMs = startMs + run.seconds * 1_000;

  async function take(address: string, into: Place[], comes: boolean): Promise<boolean> {
    const askedMs = performance.now();
    const { status, text } = await stage.join(address);
    if (status === 429) return false;
    const { ticket, number, lane = 'default' } = JSON.parse(text) as Place;
    into.push({ ticket, number, lane, joinedMs: askedMs, inMs: null, comes });
    return true;
  }

  /** Evenly, so many a second, until `endMs`; nobody waits for the one before. */
  async function arrive(perSecond: number, endMs: number, one: (index: number) => Promise<void>) {
    const under: Promise<void>[] = [];
    for (let index = 0; ; index++) {
      const dueMs = startMs + (index * 1_000) / perSecond;
      if (dueMs >= endMs || isOver()) break;
      const aheadMs = dueMs - performance.now();
      if (aheadMs > 1) await sleep(aheadMs);
      lateMs = Math.max(lateMs, performance.now() - dueMs);
      under.push(one(index));
    }
    await Promise.all(under);
  }

  async function follow(): Promise<void> {
    while (performance.now() < untilMs && !isOver()) {
      const lanes = await stage.lanes();
      const isCalled = ({ comes, inMs, number, lane }: Place) =>
        comes && inMs === null && number <= (lanes[lane]?.serving ?? 0);
      const called = [...people, ...shared, ...bots].filter(isCalled);
      await Promise.all([...called.map(come), sleep(LOOK_MS)]);
    }
  }

  async function come(place: Place): Promise<void> {
    if (await stage.isLetIn(place.ticket)) place.inMs = performance.now();
  }

  const isOver = () =>
    performance.now() > startMs + (ARRIVING_SECONDS + 1) * 1_000 &&
    shareInside(people) >= ENOUGH &&
    shareInside(shared) >= ENOUGH;

  async function botsAsk(kind: BotKind): Promise<void> {
    const endMs = untilMs - 2_000;
    await arrive(SOURCES * BOT_PER_SECOND, endMs, async (index) => {
      const given = await take(`203.0.113.${index % SOURCES}`, bots, kind === 'come when called');
      if (!given) botsRefused++;
    });
  }

  return {
    async play(): Promise<void> {
      const arrivedMs = startMs + ARRIVING_SECONDS * 1_000;
      await Promise.all([
        arrive(HONEST / ARRIVING_SECONDS, arrivedMs, async (index) => {
          await take(`198.18.${index >> 8}.${index & 255}`, people, true);
        }),
        arrive(SHARED_PER_SECOND, arrivedMs, async () => {
          if (!(await take('192.0.2.1', shared, true))) sharedRefused++;
        }),
        run.bots === null ? null : botsAsk(run.bots),
        follow(),
      ]);
    },
    outcome: (): BotOutcome => ({
      medianWaitSeconds: medianWait(people, untilMs),
      sharedMedianSeconds: medianWait(shared, untilMs),
      ...{ sharedRefused, botsRefused, botNumbers: bots.length, lateMs: Math.round(lateMs) },
      botsFirst: bots.filter(({ lane }) => lane === 'default').length,
      sharedLate: shared.filter(({ lane }) => lane !== 'default').length,
      stillWaiting: [...people, ...shared].filter(({ inMs }) => inMs === null).length,
    }),
  };
}

function medianWait(places: readonly Place[], untilMs: number): number {
  const waits = places.map(({ joinedMs, inMs }) => ((inMs ?? untilMs) - joinedMs) / 1_000);
  return waits.sort((a, b) => a - b)[Math.floor(waits.length / 2)] ?? Number.NaN;
}

function shareInside(places: readonly Place[]): number {
  return places.filter(({ inMs }) => inMs !== null).length / places.length;
}
