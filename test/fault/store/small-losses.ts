/** A failover loses one claim and one touch of each room, and other gateways write on before the one that knows of them is heard again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from 'undici';
import type { Room } from '../../../gateway/line/room.ts';
import { readRoom } from '../../../gateway/store/redis-room.ts';
import { type Client, createClient } from '../../../load-tests/visitors/client.ts';
import { tallyOf } from '../../../load-tests/visitors/crowd.ts';
import { HOST, startFleet } from '../../support/fleet.ts';
import { type RedisProxy, startRedisProxy } from '../../support/redis-proxy.ts';
import { type RedisServer, startRedis } from '../../support/redis-server.ts';
import { measureSchedulingDelay } from '../../support/scheduling-delay.ts';
import { untilSo } from '../../support/within.ts';
import { addFaultRow } from '../report.ts';
import { judge, type Verdict } from '../verdict.ts';
import { copyOf } from './snapshot.ts';
import { patientVisitor } from './visitors.ts';

export interface SmallLossRun {
  rooms: number;
  idleSeconds: number;
  /** How long the others write before the gateway whose writes were lost is heard again. */
  aloneMs: number;
  /** Visitors of each room who want the slot that seems free. */
  others: number;
}

export interface SmallLossOutcome extends Verdict {
  /** Rooms of which the server that took over knew neither the claim nor the touch. */
  lost: number;
  /** Rooms whose lost claim is a session of the store again, and a spent ticket. */
  claimsBack: number;
  /** Rooms whose lease runs as long again as its visitor was told. */
  touchesBack: number;
  /** What those two visitors were told when the lease of before the touch was over. */
  told: Record<string, number>;
  /** Steps that the others took before the one was heard again, of the room with the fewest. */
  overtaken: number;
  outcomes: Record<string, number>;
  schedulingDelayMs: number;
  seconds: number;
}

/** Two slots each: `toucher` stays inside, `leaver` makes room for `claimer`. */
interface Event {
  room: string;
  address: string;
  toucher: Client;
  leaver: Client;
  claimer: Client;
}

const SESSIONS = 2;
const MARGIN_MS = 700;

export async function runSmallLoss(run: SmallLossRun): Promise<SmallLossOutcome> {
  const startedMs = performance.now();
  const redis = await startRedis({ appendonly: 'everysec' });
  const proxies = await Promise.all([0, 1, 2].map(() => startRedisProxy(redis.port)));
  const fleet = await startFleet({
    gateways: 3,
    store: (index) => `{ kind: redis, url: "${proxies[index]!.url}" }`,
    room: `{ limits: { sessions: ${SESSIONS}, submitReserve: 0 }, session: { idleSeconds: ${run.idleSeconds} } }`,
  });
  const delay = measureSchedulingDelay();
  const dispatcher = new Agent({ connections: null });
  const [one, ...others] = proxies as [RedisProxy, RedisProxy, RedisProxy];
  let bases = () => fleet.gateways[0]!.url;
  const clientOf = (account: string) =>
    createClient(
      { base: () => bases(), host: HOST, dispatcher, signal: new AbortController().signal },
      { kind: 'browser', patienceMs: 10_000, account },
    );
  const events = Array.from({ length: run.rooms }, (_, index): Event => {
    const [toucher, leaver, claimer] = ['toucher', 'leaver', 'claimer'].map((who) =>
      clientOf(`${who}-${index}`),
    );
    const event = 100 + index;
    return {
      ...{ room: `event-${event}`, address: `/ereg/newreg.php?eventid=${event}` },
      ...{ toucher: toucher!, leaver: leaver!, claimer: claimer! },
    };
  });

  await Promise.all(events.map(fillRoom));
  const filledMs = performance.now();
  fleet.balance(fleet.gateways[0]!, false);
  const crowds = events.map(({ address }, index) =>
    fleet.crowd({
      ...{ count: run.others, overMs: 500, seed: 50 + index },
      plan: (_, who) =>
        patientVisitor(who, 700, { address, account: `other-${index}-${who}`, looksEveryMs: 300 }),
    }),
  );
  await sleep(1_000);
  await Promise.all(events.map(makeRoom));
  // Touched when it is due, so that the store is told of it.
  await sleep(Math.max(0, filledMs + run.idleSeconds * 250 + 200 - performance.now()));
  for (const proxy of others) proxy.set({ mode: 'hold' });
  const copy = await copyOf(redis);
  const leases = await Promise.all(events.map(claimAndTouch));
  await untilSo(5_000, 'a claim was not spent', async () =>
    (await Promise.all(events.map((event) => isSpent(redis, event)))).every(Boolean),
  );
  const touchedMs = performance.now();
  const lastSeqs = await Promise.all(events.map(({ room }) => seqOf(redis, room)));

  one.set({ mode: 'refuse' });
  await redis.restart({ folder: copy });
  for (const proxy of others) {
    proxy.cut();
    proxy.pass();
  }
  const lost = await Promise.all(
    events.map(async (event, index) => ((await isLost(redis, event, leases[index]!)) ? 1 : 0)),
  );
  // They connect anew first, each after a pause of its own.
  await untilSo(10_000, 'the others did not write on', async () =>
    (await Promise.all(events.map(({ room }) => seqOf(redis, room)))).every((seq, at) => seq > lastSeqs[at]!),
  );
  await sleep(run.aloneMs);
  const after = await Promise.all(events.map(({ room }) => seqOf(redis, room)));
  one.pass();

  // The lease of before the touch is over by then, the one that was told is not.
  await sleep(Math.max(0, filledMs + run.idleSeconds * 1_250 + MARGIN_MS - performance.now()));
  const leftMs = touchedMs + run.idleSeconds * 1_250 - MARGIN_MS - performance.now();
  if (leftMs < 0) throw new Error('the run was too slow');
  const areClaimsBack = () => Promise.all(events.map((event) => isSpent(redis, event)));
  const isTouchBack = async ({ room, toucher }: Event, index: number) =>
    (await leaseOf(redis, room, idOf(toucher))) >= leases[index]!;
  const areTouchesBack = () => Promise.all(events.map(isTouchBack));
  // One room after the other; that not all came back in time is judged by what did.
  const areAllBack = async () => [...(await areClaimsBack()), ...(await areTouchesBack())].every(Boolean);
  await untilSo(Math.max(1, leftMs - MARGIN_MS), 'not everything came back', areAllBack).catch(() => {});
  const [claims, touches] = await Promise.all([areClaimsBack(), areTouchesBack()]);
  bases = fleet.origin;
  const told = await Promise.all(
    events.flatMap(({ toucher, claimer }) => [toucher, claimer].map((who) => lookAgain(who))),
  );
  const books = await fleet.platform.stats();
  const most = Math.max(...events.map(({ room }) => books.byEvent[room.slice('event-'.length)]?.most ?? 0));
  await Promise.all(
    events.flatMap(({ room, toucher, claimer }) => [toucher, claimer].map((who) => leave(who, room))),
  );
  const records = (await Promise.all(crowds.map(({ done }) => done))).flat();
  const final = await fleet.platform.stats();
  const mostSessions = Math.max(most, ...Object.values(final.byEvent).map((event) => event.most));

  const thrownOut = told.filter((word) => word !== '200 admitted');
  const schedulingDelayMs = (await delay.stop()).p99Ms;
  const verdict = judge({ records, mostSessions, limit: SESSIONS, schedulingDelayMs });
  const lostPlaces = verdict.lostPlaces + thrownOut.length;
  const { breaches, ...figures } = verdict;
  const fault = 'one claim and one touch lost, others write on';
  addFaultRow({ fault, ...figures, lostPlaces, callingAgainSeconds: null, schedulingDelayMs });
  await dispatcher.destroy();
  await fleet.stop();
  return {
    ...{
      ...verdict,
      lostPlaces,
      breaches: [...breaches, ...thrownOut.map((word) => `inside, and told ${word}`)],
    },
    claimsBack: claims.filter(Boolean).length,
    touchesBack: touches.filter(Boolean).length,
    told: countsOf(told),
    overtaken: Math.min(...after.map((seq, index) => seq - lastSeqs[index]!)),
    lost: lost.filter(Boolean).length,
    outcomes: tallyOf(records).outcomes,
    schedulingDelayMs,
    seconds: (performance.now() - startedMs) / 1_000,
  };
}

async function fillRoom({ room, address, toucher, leaver, claimer }: Event): Promise<void> {
  await expectState(toucher, address, 'admitted', room);
  await expectState(leaver, address, 'admitted', room);
  await expectState(claimer, address, 'waiting', room);
}

async function makeRoom({ room, leaver, claimer }: Event): Promise<void> {
  await leave(leaver, room);
  await untilSo(10_000, `nobody was called in ${room}`, async () => {
    const answer = await claimer.send('GET', `/.headgate/rooms/${room}/ticket`, 'ask');
    return answer.json()?.state === 'called';
  });
}

/** Resolves with the end of the lease that the toucher was told. */
async function claimAndTouch({ room, address, toucher, claimer }: Event): Promise<number> {
  await expectState(claimer, address, 'admitted', room);
  const answer = await toucher.send('GET', '/ereg/step/2', 'navigate');
  return Date.parse(answer.header('headgate-session-expires') ?? '');
}

async function expectState(client: Client, path: string, state: string, room: string): Promise<void> {
  const answer = await client.send('GET', path, 'navigate');
  if (answer.state !== state)
    throw new Error(`${room}: ${answer.status} ${answer.state} in place of ${state}`);
}

async function lookAgain(client: Client): Promise<string> {
  const { status, state } = await client.send('GET', '/ereg/step/2', 'navigate');
  return `${status} ${state}`;
}

async function leave(client: Client, room: string): Promise<void> {
  await client.send('POST', '/ereg/leave', 'navigate', '');
  await client.send('POST', `/.headgate/rooms/${room}/leave`, 'navigate', '');
}

/** The session's id, which is its ticket's. */
function idOf(client: Client): string {
  for (const [name, value] of client.cookies())
    if (name.startsWith('hg_p_'))
      return JSON.parse(Buffer.from(value.split('.')[1]!, 'base64url').toString()).jti;
  throw new Error('a visitor inside has no pass');
}

async function isSpent(redis: RedisServer, { room, claimer }: Event): Promise<boolean> {
  const found = await roomIn(redis, room);
  const id = idOf(claimer);
  return found.sessions.has(id) && found.claimed.has(id);
}

/** Neither the claim nor the touch, which made the lease end when its visitor was told. */
async function isLost(redis: RedisServer, event: Event, toldUntil: number): Promise<boolean> {
  const leaseUntil = await leaseOf(redis, event.room, idOf(event.toucher));
  return !(await isSpent(redis, event)) && leaseUntil > 0 && leaseUntil < toldUntil;
}

async function leaseOf(redis: RedisServer, room: string, id: string): Promise<number> {
  return (await roomIn(redis, room)).sessions.get(id)?.leaseUntil ?? 0;
}

async function seqOf(redis: RedisServer, room: string): Promise<number> {
  return (await roomIn(redis, room)).seq;
}

async function roomIn({ client }: RedisServer, name: string): Promise<Room> {
  const room = await readRoom(client, 'hg', name);
  if (!room) throw new Error(`the store knows no room ${name}`);
  return room;
}

function countsOf(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
