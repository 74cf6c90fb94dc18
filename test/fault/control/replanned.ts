/** August 2018 afterwards: an event with a long line is taken offline, planned for the next day, and opened again; nobody loses a place. */
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { ask, NAVIGATION, visitor } from '../../support/http-client.ts';
import { untilSo } from '../../support/within.ts';

const ROOM = 'event-4711';
const FORM = '/ereg/newreg.php?eventid=4711';
const PATH = `/.headgate/rooms/${ROOM}`;
const DAY_MS = 86_400_000;
const PATIENCE_MS = 120_000;
const SOON_MS = 3_000;
/** Asked at once. */
const AT_ONCE = 40;

interface Waiter {
  ticket: string;
  number: number;
}

interface PlaceSeen {
  number: number;
  state: string;
  expectedWaitSeconds: unknown;
}

export interface ReplannedOutcome {
  /** When it is planned to open again: ISO 8601. */
  reopensAt: string;
  /** While it is offline, after the gateways were started again. */
  page: { state: string | undefined; text: string };
  program: { status: number; retryAfter: unknown; body: Record<string, unknown> };
  status: Record<string, unknown>;
  statusPage: string;
  offline: { changedNumbers: number; states: string[]; inventedWaits: number };
  /** What the launch says after the new plan. */
  launchOpensAt: string;
  /** Of looks while it was called again: how often a higher number was called before a lower one. */
  orderBroken: number;
  /** Distinct places before, and visitors of these who got in afterwards. */
  places: number;
  entered: number;
}

/** Who is let in is decided by the limits alone, however slow the machine makes the platform. */
const config = (opensAt: string) => `
protection: { mode: observe }
rooms:
  "event-{eventid}": { limits: { sessions: 1, submitReserve: 0 } }
  platform: {}
rules: [{ name: event, match: { path: /ereg/*, query: { eventid: "{eventid}" } }, room: "event-{eventid}" }]
launches: [{ name: summer, room: ${ROOM}, opensAt: "${opensAt}", addresses: ["http://register.invalid${FORM}"] }]
`;

/** How it opens in the end: by an operator's word before its time, or by itself when its time has come. */
export type Opening = 'by an operator' | 'by itself';

export async function runReplanned(visitors: number, opening: Opening): Promise<ReplannedOutcome> {
  const opened = new Date(Date.now() - 3_600_000).toISOString();
  const deployment = await startDeployment({ gateways: 2, config: config(opened) });
  const { api, gateways } = deployment;
  const insider = visitor(gateways[0]!.url);
  if ((await insider.open(FORM)).state !== 'admitted') throw new Error('the first visitor was not let in');
  const waiters = await takePlaces(deployment, visitors);

  const reopensAt = new Date(Date.now() + DAY_MS).toISOString();
  await api.done('POST', `rooms/${ROOM}/offline`, { reopensAt, reason: 'the database is overloaded' });
  await replan(deployment, reopensAt);
  for (const gateway of gateways) await gateway.restart();
  await deployment.heard(gateways.length);
  const told = await lookWhileOffline(deployment, waiters);
  const launchOpensAt = await openingOf(deployment);

  await reopen(deployment, opening);
  const called = await callAll(deployment, waiters);
  return {
    ...{ reopensAt, ...told, launchOpensAt, ...called },
    places: new Set(waiters.map(({ number }) => number)).size,
  };
}

async function takePlaces({ gateways }: Deployment, count: number): Promise<Waiter[]> {
  const waiters: Waiter[] = [];
  await each(Array.from({ length: count }), async (_, index) => {
    const { url } = gateways[index % gateways.length]!;
    const reply = await ask(`${url}${PATH}/tickets`, { method: 'POST' });
    if (reply.status !== 201) throw new Error(`no place: ${reply.status} ${reply.text}`);
    waiters.push(reply.json<Waiter & { state: string }>());
  });
  return waiters.sort((a, b) => a.number - b.number);
}

/** As an operator does it: another revision, activated at once. */
async function replan({ api, text }: Deployment, opensAt: string): Promise<void> {
  const reason = 'the launch is repeated tomorrow';
  const { number } = await api.done<{ number: number }>('POST', 'revisions', {
    config: text(config(opensAt)),
    reason,
  });
  const { headers } = await api.send('GET', 'revisions/active');
  const match = { 'if-match': String(headers.etag) };
  await api.done('POST', `revisions/${number}/activate`, { stage: 'none', reason }, match);
  await untilSo(PATIENCE_MS, 'all gateways run the new plan', async () => {
    const { items } = await api.get<{ items: { revision: number }[] }>('gateways');
    return items.every(({ revision }) => revision >= number);
  });
}

async function lookWhileOffline({ gateways }: Deployment, waiters: readonly Waiter[]) {
  const { url } = gateways[0]!;
  const page = await ask(url + FORM, {
    headers: { ...NAVIGATION, cookie: `hg_t_${ROOM}=${waiters.at(-1)!.ticket}` },
  });
  const program = await ask(url + FORM, { headers: { accept: 'application/json' } });
  const places = await placesOf(url, waiters);
  return {
    page: { state: page.state, text: page.text },
    program: { status: program.status, retryAfter: program.headers['retry-after'], body: program.json() },
    status: (await ask(`${url}${PATH}/status`)).json(),
    statusPage: (await ask(`${url}/.headgate/status`, { headers: NAVIGATION })).text,
    offline: {
      changedNumbers: places.filter(({ number }, index) => number !== waiters[index]!.number).length,
      states: [...new Set(places.map(({ state }) => state))],
      inventedWaits: places.filter((place) => place.expectedWaitSeconds !== null).length,
    },
  };
}

async function openingOf({ api }: Deployment): Promise<string> {
  const { items } = await api.get<{ items: { opensAt: string }[] }>('launches');
  return items[0]!.opensAt;
}

async function reopen({ api }: Deployment, opening: Opening): Promise<void> {
  const reason = 'the database has room';
  if (opening === 'by an operator') await api.done('POST', `rooms/${ROOM}/reopen`, { reason });
  else {
    // The next day, sooner: what was planned is planned again.
    const reopensAt = new Date(Date.now() + SOON_MS).toISOString();
    await api.done('POST', `rooms/${ROOM}/offline`, { reopensAt, reason });
  }
  await untilSo(PATIENCE_MS, 'the room is open', async () => {
    const { operatorState } = await api.get<{ operatorState: string }>(`rooms/${ROOM}`);
    return operatorState === 'open';
  });
}

/** Opens the room wider and wider, until everybody has been let in. */
async function callAll({ api, gateways }: Deployment, waiters: readonly Waiter[]) {
  let orderBroken = 0;
  const inside = new Set<number>();
  const { url } = gateways[0]!;
  for (const part of [0.25, 0.5, 1]) {
    const sessions = Math.ceil(waiters.length * part) + 1;
    await api.done('PATCH', `rooms/${ROOM}`, { limits: { sessions }, reason: 'a step wider' });
    await untilSo(PATIENCE_MS, `${sessions - 1} visitors are in`, async () => {
      const waiting = waiters.filter(({ number }) => !inside.has(number));
      const called = await calledOf(url, waiting);
      orderBroken += called.orderBroken;
      await each(called.waiters, async (waiter, index) => {
        const headers = { 'headgate-ticket': waiter.ticket };
        const reply = await ask(gateways[index % gateways.length]!.url + FORM, { headers });
        if (reply.state === 'admitted') inside.add(waiter.number);
      });
      return inside.size >= sessions - 1;
    });
  }
  return { orderBroken, entered: inside.size };
}

/** Asked one by one from the last to the first: whoever is called, everybody asked later, who is before them, must be, too. */
async function calledOf(url: string, waiting: readonly Waiter[]) {
  let orderBroken = 0;
  const waiters: Waiter[] = [];
  for (const waiter of waiting.toReversed()) {
    const { state } = await placeOf(url, waiter);
    if (state === 'called') waiters.unshift(waiter);
    else if (waiters.length > 0) orderBroken++;
  }
  return { waiters, orderBroken };
}

async function placeOf(url: string, { ticket }: Waiter): Promise<PlaceSeen> {
  const reply = await ask(`${url}${PATH}/ticket`, { headers: { 'headgate-ticket': ticket } });
  return reply.json<PlaceSeen>();
}

async function placesOf(url: string, waiters: readonly Waiter[]): Promise<PlaceSeen[]> {
  const places: PlaceSeen[] = [];
  await each(waiters, async (waiter, index) => {
    places[index] = await placeOf(url, waiter);
  });
  return places;
}

/** A bounded number of them at a time. */
async function each<T>(items: readonly T[], act: (item: T, index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async () => {
    for (let index = next++; index < items.length; index = next++) await act(items[index] as T, index);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}
