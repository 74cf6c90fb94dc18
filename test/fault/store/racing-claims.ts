/** Called tickets for a few slots, each claimed at three gateways at once, again and again until all have been inside. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from 'undici';
import { type Answer, type Client, createClient } from '../../../load-tests/visitors/client.ts';
import { meaningOf } from '../../../load-tests/visitors/reading.ts';
import { type Fleet, HOST, startFleet } from '../../support/fleet.ts';
import { ask } from '../../support/http-client.ts';
import { startRedis } from '../../support/redis-server.ts';
import { measureSchedulingDelay } from '../../support/scheduling-delay.ts';
import { untilSo } from '../../support/within.ts';
import { addFaultRow } from '../report.ts';
import { ADDRESS, ROOM } from './visitors.ts';

export interface RaceRun {
  tickets: number;
  slots: number;
  stayMs: number;
}

export interface RaceOutcome {
  /** Tickets that were called before the race. */
  called: number;
  mostSessions: number;
  /** Sessions that the platform began. */
  admissions: number;
  /** Those whose end a gate acknowledged. */
  left: number;
  /** Of these, let in while they had been inside already. */
  letInTwice: number;
  /** Claims that were told to wait, and those that got no usable answer. */
  refused: number;
  failed: number;
  seconds: number;
}

/** One ticket, with a client at each gateway. */
type Racer = readonly Client[];
type Tally = Pick<RaceOutcome, 'letInTwice' | 'refused' | 'failed'>;

const PATIENCE_MS = 60_000;
const CALLED_MS = 60_000;
/** Connections to each gateway. */
const TOGETHER = 300;

export async function runRace(run: RaceRun): Promise<RaceOutcome> {
  const redis = await startRedis();
  const fleet = await startFleet({
    gateways: 3,
    store: `{ kind: redis, url: "${redis.url}" }`,
    room: lawOf('paused', run.tickets),
  });
  const dispatcher = new Agent({ connections: TOGETHER });
  const delay = measureSchedulingDelay();
  const racers = await takeTickets(fleet, run.tickets, dispatcher);
  const called = await callAll(fleet, run);

  const startedMs = performance.now();
  const tally = { refused: 0, failed: 0, letInTwice: 0 };
  const hasLeft = await Promise.all(racers.map((racer) => race(racer, run.stayMs, tally)));
  const { sessions, admissions } = await fleet.platform.stats();
  // A session whose end no gate has acknowledged still lives, and is rightly given again.
  const gone = racers.filter((_, index) => hasLeft[index]);
  await Promise.all(gone.map((racer) => raceAgain(racer, tally)));
  addFaultRow({
    fault: 'each ticket claimed at three gateways at once',
    overLimit: Math.max(0, sessions.most - run.slots),
    lostPlaces: 0,
    orderBroken: 0,
    positionsGrown: 0,
    callingAgainSeconds: null,
    schedulingDelayMs: (await delay.stop()).p99Ms,
  });
  await dispatcher.destroy();
  await fleet.stop();
  return {
    called,
    mostSessions: sessions.most,
    admissions: admissions.total,
    left: gone.length,
    ...tally,
    seconds: (performance.now() - startedMs) / 1_000,
  };
}

/** Called tickets stay good for an hour, so that none is passed over while it waits for a slot. */
function lawOf(state: 'paused' | 'open', sessions: number): string {
  return `{ state: ${state}, limits: { sessions: ${sessions}, submitReserve: 0 }, claimSeconds: 3600 }`;
}

/** Everybody is called while there is room for all; then there is room for few. */
async function callAll(fleet: Fleet, { tickets, slots }: RaceRun): Promise<number> {
  await fleet.reload({ room: lawOf('open', tickets), more: 'revision: 2' });
  await untilSo(CALLED_MS, 'not everybody was called', async () => (await servingOf(fleet)) >= tickets, 200);
  await fleet.reload({ room: lawOf('open', slots), more: 'revision: 3' });
  return servingOf(fleet);
}

async function servingOf({ gateways }: Fleet): Promise<number> {
  const statuses = gateways.map(({ url }) => ask(`${url}/.headgate/rooms/${ROOM}/status`));
  return Math.min(
    ...(await Promise.all(statuses)).map((answer) => answer.json<{ serving: number }>().serving),
  );
}

async function takeTickets(fleet: Fleet, count: number, dispatcher: Agent): Promise<Racer[]> {
  const { signal } = new AbortController();
  const racers: Racer[] = [];
  for (let index = 0; index < count; index++) {
    const plan = { kind: 'program', patienceMs: PATIENCE_MS, account: `racer-${index}` } as const;
    racers.push(
      fleet.gateways.map(({ url }) => createClient({ base: url, host: HOST, dispatcher, signal }, plan)),
    );
  }
  await Promise.all(racers.map(takeTicket));
  return racers;
}

async function takeTicket(racer: Racer): Promise<void> {
  const answer = await racer[0]!.send('POST', `/.headgate/rooms/${ROOM}/tickets`, 'ask');
  const ticket = answer.json()?.ticket;
  if (typeof ticket !== 'string') throw new Error(`no ticket: ${answer.status}`);
  for (const { tokens } of racer) tokens.ticket = ticket;
}

/** Whether a gate acknowledged the end of the session. */
async function race(racer: Racer, stayMs: number, tally: Tally): Promise<boolean> {
  for (;;) {
    const answers = await claimEverywhere(racer);
    const meanings = answers.map(meaningOf);
    tally.failed += meanings.filter(({ kind }) => kind === 'failed').length;
    tally.refused += meanings.filter(({ kind }) => kind === 'wait').length;
    if (answers.some(({ state }) => state === 'admitted')) break;
    const waits = meanings.map((meaning) => (meaning.kind === 'wait' ? meaning.afterSeconds : 1));
    await sleep(1_000 * Math.max(1, ...waits));
  }
  await sleep(stayMs);
  return leave(racer);
}

/** The platform goes first: its books must not show the next one beside this one. */
async function leave(racer: Racer): Promise<boolean> {
  const inside = racer.find(({ tokens }) => tokens.pass !== null) ?? racer[0]!;
  await inside.send('POST', '/ereg/leave', 'navigate', '');
  return (await inside.send('POST', `/.headgate/rooms/${ROOM}/leave`, 'ask', '')).status === 204;
}

/** The pass is given away: only the spent ticket is left to try with. */
async function raceAgain(racer: Racer, tally: Tally): Promise<void> {
  for (const { tokens } of racer) tokens.pass = null;
  const answers = await claimEverywhere(racer);
  // `allowed` is no session: with nobody waiting a program is served without a number.
  if (answers.some(({ state }) => state === 'admitted')) tally.letInTwice += 1;
}

function claimEverywhere(racer: Racer): Promise<Answer[]> {
  return Promise.all(racer.map((client) => client.send('GET', ADDRESS, 'navigate')));
}
