/** A launch that a large crowd waits for: what their waiting costs gateway and store, and what the opening makes of their numbers. */
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Agent } from 'undici';
import { proveDraw } from '../../../gateway/draw/proof.ts';
import type { Proof } from '../../../gateway/draw/words.ts';
import { sharedKeys } from '../../support/gateway-keys.ts';
import { type GatewayProcess, startGateway } from '../../support/gateway-process.ts';
import { type RedisServer, startRedis } from '../../support/redis-server.ts';
import { reload } from '../../support/reload.ts';
import { claimsOf, type RoomStatus, roomAt } from '../../support/room-client.ts';
import { startSmallPlatform } from '../../support/small-platform.ts';

export interface DrawRun {
  /** Who come before memory is measured first, so that what is made once does not count. */
  first: number;
  /** All who come. */
  comers: number;
  /** Every so many is asked after the opening. */
  askedEvery: number;
}

export interface DrawOutcome {
  joinsPerSecond: number;
  /** Places that were given while the machine stood still, and numbered later: for each, the store may have spent a number for nobody. */
  held: number;
  /** From the first measure to the last. */
  growth: { gatewayMb: number; redisBytes: number; redisKeys: number };
  status: RoomStatus;
  /** Of those who were asked: what the published seed makes of the number that they were given. */
  proofs: Proof[];
  whole: Proof;
}

const ROOM = 'event-4711';
const AT_ONCE = 64;
const COLLECT_ON_SIGNAL = fileURLToPath(new URL('../../support/collect-on-signal.ts', import.meta.url));

export async function runDraw(run: DrawRun): Promise<DrawOutcome> {
  const [redis, keys, upstream] = await Promise.all([startRedis(), sharedKeys(), startSmallPlatform()]);
  const config = (opensInMs: number) => `
store: { kind: redis, url: "${redis.url}" }
keys: { path: "${keys}" }
upstreams: { platform: { targets: ["${upstream.url}"] } }
rooms: { ${ROOM}: { limits: { sessions: 100, submitReserve: 0 } } }
default: { room: ${ROOM}, upstream: platform }
launches: [{ name: draw, room: ${ROOM}, opensAt: "${new Date(Date.now() + opensInMs).toISOString()}", prequeueMinutes: 600, draw: true }]
`;
  const gate = await startGateway({
    config: config(3_600_000),
    env: { NODE_OPTIONS: `--import=${COLLECT_ON_SIGNAL}` },
  });
  const room = roomAt(gate.url, ROOM);
  const kept: string[] = [];
  let held = await comeAll(gate.url, run.first, run, kept);
  const before = await memoryOf(gate, redis);
  const startedMs = performance.now();
  held += await comeAll(gate.url, run.comers - run.first, run, kept);
  const seconds = (performance.now() - startedMs) / 1_000;
  const after = await memoryOf(gate, redis);
  // The opening is moved to now: nobody waits for the end of a slow machine's joins.
  await reload(gate, config(1_500));
  await room.untilState('engaged');
  const status = await room.status();
  const proofs = await Promise.all(
    kept.map(async (ticket) => proofOf(status, ticket, await room.place(ticket))),
  );
  const outcome = {
    joinsPerSecond: (run.comers - run.first) / seconds,
    growth: {
      gatewayMb: (after.gatewayBytes - before.gatewayBytes) / 1e6,
      redisBytes: after.redisBytes - before.redisBytes,
      redisKeys: after.redisKeys - before.redisKeys,
    },
    ...{
      held,
      status,
      proofs,
      whole: proveDraw({ draw: drawIn(status), held: null, notedCommitment: null, all: true }),
    },
  };
  await gate.stop();
  return outcome;
}

/** Takes so many places by POST, a few dozen at once; every `askedEvery`th ticket is kept. Resolves to those that were held. */
async function comeAll(url: string, count: number, { askedEvery }: DrawRun, kept: string[]): Promise<number> {
  const agent = new Agent({ connections: AT_ONCE });
  let left = count;
  let held = 0;
  const come = async () => {
    while (left > 0) {
      left--;
      const { ticket, number, wasHeld } = await takePlace(agent, url);
      if (wasHeld) held++;
      if (number % askedEvery === 0) kept.push(ticket);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, come));
  await agent.destroy();
  return held;
}

interface Asked {
  ticket: string;
  number: number | null;
  state: string;
}

const AGAIN_MS = 250;

/** Where the machine stood still for so long that the gate holds the room, the place is asked for until it has its number. */
async function takePlace(
  agent: Agent,
  origin: string,
): Promise<{ ticket: string; number: number; wasHeld: boolean }> {
  const path = `/.headgate/rooms/${ROOM}`;
  const taken = await agent.request({ origin, path: `${path}/tickets`, method: 'POST' });
  if (taken.statusCode !== 201) throw new Error(`${taken.statusCode}: ${await taken.body.text()}`);
  let wasHeld = false;
  for (let place = (await taken.body.json()) as Asked; ; await sleep(AGAIN_MS)) {
    const { ticket, number, state } = place;
    if (state === 'prequeue' && number !== null) return { ticket, number, wasHeld };
    wasHeld = true;
    if (state !== 'prequeue' && state !== 'held') throw new Error(`a place is ${state}`);
    const headers = { 'headgate-ticket': ticket };
    const told = await agent.request({ origin, path: `${path}/ticket`, method: 'GET', headers });
    // A place that is numbered later comes with another ticket.
    const newer = told.headers['headgate-ticket'];
    place = { ...((await told.body.json()) as Asked), ticket: typeof newer === 'string' ? newer : ticket };
  }
}

/** What is kept: after the garbage was collected; the least of a few looks. */
async function memoryOf(gate: GatewayProcess, redis: RedisServer) {
  let gatewayBytes = Number.POSITIVE_INFINITY;
  for (let look = 0; look < 5; look++) {
    gate.signal('SIGUSR2');
    const text = await (await fetch(`${gate.metricsUrl}/metrics`)).text();
    const bytes = Number(/^nodejs_heap_size_used_bytes (\S+)/m.exec(text)?.[1]);
    gatewayBytes = Math.min(gatewayBytes, bytes);
  }
  // What gateways tell each other of the last seconds comes and goes by itself, whoever waits.
  const keys = (await redis.client.keys('*')).filter((key) => !key.includes('{council}')).sort();
  const sizes = await Promise.all(keys.map((key) => redis.client.memory('USAGE', key)));
  return {
    gatewayBytes,
    redisBytes: sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0),
    redisKeys: keys.length,
  };
}

function proofOf(status: RoomStatus, ticket: string, answer: { json<T>(): T }): Proof {
  const { number, prequeueNumber } = answer.json<{ number: number; prequeueNumber: number }>();
  if (claimsOf(ticket).n !== prequeueNumber)
    throw new Error(`${claimsOf(ticket).n} is told as ${prequeueNumber}`);
  const held = { room: ROOM, prequeueNumber, place: number };
  return proveDraw({ draw: drawIn(status), held, notedCommitment: null, all: false });
}

function drawIn({ room, draw }: RoomStatus) {
  const { commitment, seed, size, base } = draw!;
  return { room, commitment, seed: seed!, size: size!, base };
}
