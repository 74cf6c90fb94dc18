/** An opening at several gateways on one Redis: visitors who came early, the moment itself, and what everybody knew before it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Fleet, startFleet } from '../../support/fleet.ts';
import { ask, NAVIGATION } from '../../support/http-client.ts';
import { type RedisServer, startRedis } from '../../support/redis-server.ts';
import { type RoomStatus, roomAt } from '../../support/room-client.ts';
import { measureSchedulingDelay } from '../../support/scheduling-delay.ts';
import { untilSo } from '../../support/within.ts';

export interface OpeningRun {
  gateways: number;
  comers: number;
  sessions: number;
  /** From the naming of the launch until it opens. */
  leadMs: number;
}

/** What one gateway told one visitor, who asked before the opening and after it. */
export interface Told {
  atMs: number;
  gateway: number;
  state: string;
}

export interface OpeningOutcome {
  opensAtMs: number;
  /** Tickets as they were taken, in order of arrival. */
  tickets: string[];
  before: RoomStatus;
  after: RoomStatus;
  /** Every text that anybody could read before the opening: documents, pages, metrics, logs, all of Redis. */
  readable: Record<string, string>;
  drawSecret: string;
  /** Tries to get in, from before the opening on. */
  told: Told[];
  /** Wall time at which each gateway first told a first one to come; by its own answers. */
  openAtMs: number[];
  /** Of each gateway, once it is open: numbers by arrival. */
  numbers: number[][];
  schedulingDelayMs: number;
}

const ROOM = 'event-4711';
const ADDRESS = '/ereg/newreg.php?eventid=4711';
const LOOK_MS = 20;
const LONGEST_MS = 15_000;
/** Gateways that took a starved machine for a lost store hold the room for a while first. */
const SEED_MS = 60_000;

export async function runOpening(run: OpeningRun): Promise<OpeningOutcome> {
  const redis = await startRedis();
  const fleet = await startFleet({
    gateways: run.gateways,
    store: `{ kind: redis, url: "${redis.url}" }`,
    room: `{ limits: { sessions: ${run.sessions}, submitReserve: 0 } }`,
  });
  const opensAtMs = Date.now() + run.leadMs;
  const launch = `{ name: draw, room: ${ROOM}, opensAt: "${new Date(opensAtMs).toISOString()}", prequeueMinutes: 60, draw: true }`;
  await fleet.reload({ more: `launches: [${launch}]` });
  const delay = measureSchedulingDelay();
  const tickets = await comeEarly(fleet, run.comers);
  const before = await roomAt(fleet.gateways[0]!.url, ROOM).status();
  const readable = await everythingReadable(fleet, redis, tickets[0]!);
  if (Date.now() >= opensAtMs)
    throw new Error(`not everybody was there when it opened, within ${run.leadMs} ms`);
  const [told, openAtMs] = await Promise.all([
    tryAgainAndAgain(fleet, tickets, opensAtMs),
    Promise.all(fleet.gateways.map(({ url }) => untilOpen(url, opensAtMs))),
  ]);
  const numbers = await Promise.all(fleet.gateways.map(({ url }) => numbersAt(url, tickets)));
  const after = await untilSeed(fleet);
  const drawSecret = (await readFile(join(fleet.keys, 'draw.secret'), 'utf8')).trim();
  const { p99Ms: schedulingDelayMs } = await delay.stop();
  await fleet.stop();
  return {
    ...{
      opensAtMs,
      tickets,
      before,
      after,
      readable,
      drawSecret,
      told,
      openAtMs,
      numbers,
      schedulingDelayMs,
    },
  };
}

/** One after the other, each at the next gateway. */
async function comeEarly(fleet: Fleet, count: number): Promise<string[]> {
  const tickets: string[] = [];
  for (let i = 0; i < count; i++) {
    const { url } = fleet.gateways[i % fleet.gateways.length]!;
    tickets.push((await roomAt(url, ROOM).join()).ticket);
  }
  return tickets;
}

/** From two seconds before: somebody is at some door at every moment. */
async function tryAgainAndAgain(fleet: Fleet, tickets: string[], opensAtMs: number): Promise<Told[]> {
  const told: Told[] = [];
  for (let i = 0; Date.now() < opensAtMs; i++) {
    const gateway = i % fleet.gateways.length;
    const headers = { ...NAVIGATION, 'headgate-ticket': tickets[i % tickets.length]! };
    const answer = await ask(fleet.gateways[gateway]!.url + ADDRESS, { headers });
    told.push({ atMs: Date.now(), gateway, state: answer.state ?? '' });
    await sleep(LOOK_MS);
  }
  return told;
}

/** Asked by a ticket that has no part in it, so that nobody's place is changed by the looking. */
async function untilOpen(url: string, opensAtMs: number): Promise<number> {
  const room = roomAt(url, ROOM);
  const mine = (await room.join()).ticket;
  for (;;) {
    const { state } = (await room.place(mine)).json<{ state: string }>();
    if (state !== 'prequeue') return Date.now();
    if (Date.now() > opensAtMs + LONGEST_MS) throw new Error(`${url} did not open`);
    await sleep(LOOK_MS);
  }
}

async function numbersAt(url: string, tickets: string[]): Promise<number[]> {
  const answers = await Promise.all(tickets.map((ticket) => roomAt(url, ROOM).place(ticket)));
  return answers.map((answer) => answer.json<{ number: number }>().number);
}

/** A status is a shared document, and may be a second old. */
async function untilSeed(fleet: Fleet): Promise<RoomStatus> {
  let status: RoomStatus | undefined;
  await untilSo(SEED_MS, 'the seed was not published', async () => {
    status = await roomAt(fleet.gateways[0]!.url, ROOM).status();
    return Boolean(status.draw?.seed);
  });
  return status!;
}

async function everythingReadable(fleet: Fleet, redis: RedisServer, ticket: string) {
  const { url, metricsUrl } = fleet.gateways[0]!;
  const at = async (address: string, headers = {}) => (await ask(address, { headers })).text;
  const room = `${url}/.headgate/rooms/${ROOM}`;
  return {
    status: await at(`${room}/status`),
    all: await at(`${url}/.headgate/status`, { accept: 'application/json' }),
    statusPage: await at(`${url}/.headgate/status`, NAVIGATION),
    ticket: await at(`${room}/ticket`, { 'headgate-ticket': ticket }),
    claims: Buffer.from(ticket.split('.')[1]!, 'base64url').toString(),
    page: await at(url + ADDRESS, NAVIGATION),
    problem: await at(url + ADDRESS),
    ready: await at(`${url}/.headgate/ready`),
    keys: await at(`${url}/.headgate/jwks.json`),
    metrics: await at(`${metricsUrl}/metrics`),
    logs: fleet.gateways.map((gateway) => gateway.output()).join('\n'),
    redis: await everyValue(redis),
  };
}

/** Keys and values of whatever type, byte for byte. */
async function everyValue({ client }: RedisServer): Promise<string> {
  const texts: string[] = [];
  for (const key of await client.keys('*')) {
    const value = await READ[(await client.type(key)) as keyof typeof READ](client, key);
    texts.push(key, ...[value].flat(Number.POSITIVE_INFINITY).map(String));
  }
  return texts.join('\n');
}

type Client = RedisServer['client'];
const latin = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(latin) : Buffer.isBuffer(value) ? value.toString('latin1') : value;
const READ = {
  // It ended since the keys were listed.
  none: async () => '',
  string: async (client: Client, key: string) => latin(await client.callBuffer('GET', key)),
  hash: async (client: Client, key: string) => latin(await client.callBuffer('HGETALL', key)),
  set: async (client: Client, key: string) => latin(await client.callBuffer('SMEMBERS', key)),
  list: async (client: Client, key: string) => latin(await client.callBuffer('LRANGE', key, 0, -1)),
  zset: async (client: Client, key: string) => latin(await client.callBuffer('ZRANGE', key, 0, -1)),
  stream: async (client: Client, key: string) => latin(await client.callBuffer('XRANGE', key, '-', '+')),
};
