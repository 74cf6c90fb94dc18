/**
 * Fifty sources that ask for 2,000 numbers a minute each, beside people and a shared address, against one room of a gate with
 * its default protection. Waits are read off the room's own status: from the answer that gave a number to the moment at which
 * its lane was called to it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { startGateway } from '../../support/gateway-process.ts';
import { startSmallPlatform } from '../../support/small-platform.ts';

export type BotKind = 'never come' | 'come when called';

export interface BotRun {
  /** Null: no bots. */
  bots: BotKind | null;
  /** YAML of `protection`. */
  protection: string;
  /** Whoever waits then still is said to have waited until then. */
  seconds: number;
}

export interface BotOutcome {
  /** Seconds; whoever was not called has waited to the end. */
  medianWaitSeconds: number;
  /** Those of the shared address. */
  sharedMedianSeconds: number;
  sharedRefused: number;
  sharedLate: number;
  notCalled: number;
  botNumbers: number;
  /** Of those, in the default lane. */
  botsFirst: number;
  botsRefused: number;
  /** How much later than planned a visitor asked, ms, at worst. */
  lateMs: number;
}

const HONEST = 2_000;
const ARRIVING_SECONDS = 15;
const ADMISSIONS_PER_MINUTE = 3_600;
const SOURCES = 50;
const BOT_PER_SECOND = 2_000 / 60;
const SHARED_PER_SECOND = 300 / 60;

interface Place {
  ticket: string;
  lane: string;
  number: number;
  joinedMs: number;
  calledMs: number | null;
  comes: boolean;
}

type Lanes = Record<string, { serving: number }>;

export async function runBots(run: BotRun): Promise<BotOutcome> {
  const stage = await startStage(run.protection);
  const crowd = createCrowd(stage, run);
  await crowd.play();
  await stage.close();
  return crowd.outcome();
}

async function startStage(protection: string) {
  const platform = await startSmallPlatform();
  const gate = await startGateway({
    config: `
listen: { trustedProxies: [127.0.0.1/32] }
upstreams: { platform: { targets: ["${platform.url}"] } }
rooms: { launch: { limits: { admissionsPerMinute: ${ADMISSIONS_PER_MINUTE} } } }
default: { room: launch, upstream: platform }
protection: ${protection}
`,
  });
  const dispatcher = new Agent({ connections: 64 });
  const send = async (path: string, method: 'GET' | 'POST', headers: Record<string, string> = {}) => {
    const { statusCode, body } = await request(gate.url + path, { method, headers, dispatcher });
    return { status: statusCode, text: await body.text() };
  };
  return {
    join: (address: string) =>
      send('/.headgate/rooms/launch/tickets', 'POST', { 'x-forwarded-for': address }),
    claim: (ticket: string) => send('/', 'GET', { 'headgate-ticket': ticket }),
    async lanes(): Promise<Lanes> {
      const { text } = await send('/.headgate/rooms/launch/status', 'GET');
      return (JSON.parse(text) as { lanes: Lanes }).lanes;
    },
    async close() {
      await dispatcher.close();
      await gate.stop();
    },
  };
}

type Stage = Awaited<ReturnType<typeof startStage>>;

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
    into.push({ ticket, number, lane, joinedMs: askedMs, calledMs: null, comes });
    return true;
  }

  /** Evenly, so many a second, until `endMs`; nobody waits for the one before. */
  async function arrive(perSecond: number, endMs: number, one: (index: number) => Promise<void>) {
    const under: Promise<void>[] = [];
    for (let index = 0; ; index++) {
      const dueMs = startMs + (index * 1_000) / perSecond;
      if (dueMs >= endMs) break;
      const aheadMs = dueMs - performance.now();
      if (aheadMs > 1) await sleep(aheadMs);
      lateMs = Math.max(lateMs, performance.now() - dueMs);
      under.push(one(index));
    }
    await Promise.all(under);
  }

  /** What is called is noted, and whoever comes goes in. */
  async function follow(): Promise<void> {
    while (performance.now() < untilMs && !isOver()) {
      const lanes = await stage.lanes();
      const nowMs = performance.now();
      const came: Promise<unknown>[] = [];
      for (const place of [...people, ...shared, ...bots]) {
        if (place.calledMs !== null || place.number > (lanes[place.lane]?.serving ?? 0)) continue;
        place.calledMs = Math.max(nowMs, place.joinedMs);
        if (place.comes) came.push(stage.claim(place.ticket));
      }
      await Promise.all([...came, sleep(250)]);
    }
  }

  const isOver = () =>
    performance.now() > startMs + (ARRIVING_SECONDS + 1) * 1_000 &&
    people.every(({ calledMs }) => calledMs !== null) &&
    shared.every(({ calledMs }) => calledMs !== null);

  async function botsAsk(kind: BotKind): Promise<void> {
    const endMs = untilMs - 2_000;
    await arrive(SOURCES * BOT_PER_SECOND, endMs, async (index) => {
      if (isOver()) return;
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
      notCalled: [...people, ...shared].filter(({ calledMs }) => calledMs === null).length,
    }),
  };
}

function medianWait(places: readonly Place[], untilMs: number): number {
  const waits = places.map(({ joinedMs, calledMs }) => ((calledMs ?? untilMs) - joinedMs) / 1_000);
  return waits.sort((a, b) => a - b)[Math.floor(waits.length / 2)] ?? Number.NaN;
}
