/** Sold out and back: seats by the admin API, a waiting list that the next seat goes to, and what everybody is told meanwhile. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { AdminClient } from '../support/admin-client.ts';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { visitor } from '../support/http-client.ts';
import { type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts';
import { roomAt, untilAnswered } from '../support/room-client.ts';

let platform: PlatformProcess;
let gate: GatewayProcess;
let api: AdminClient;

beforeAll(async () => {
  platform = await startPlatformProcess({ integrated: true });
  gate = await startGateway({
    admin: true,
    config: `
upstreams: { platform: { targets: ["${platform.url}"] } }
rooms:
  "event-{event}": {}
  event-listed: { limits: { sessions: 100, seats: 1, submitReserve: 0 }, waitingList: true }
  event-closed: { limits: { sessions: 100, seats: 1, submitReserve: 0 } }
  event-free: { limits: { sessions: 100, submitReserve: 0 } }
  site: {}
rules: [{ name: event, match: { path: /ereg/*, query: { eventid: "{event}" } }, room: "event-{event}" }]
default: { room: site, upstream: platform }
`,
  });
  api = await gate.api();
});

/** Begins what a page says of a place that it keeps. */
const KEPT = '<div class="kept">';

const event = (id: string) => `/ereg/newreg.php?eventid=${id}`;
const room = (id: string) => roomAt(gate.url, `event-${id}`);
const setSeats = (id: string, seats: number) =>
  api.done('PATCH', `rooms/event-${id}`, { seats, reason: 'a registration was cancelled' });

async function register(id: string): Promise<void> {
  const person = visitor(gate.url);
  expect((await person.open(event(id))).state).toBe('admitted');
  for (const step of [2, 3, 4, 5]) await person.post(`/ereg/step/${step}`, 'name=Ada');
}

async function registerCalled(person: ReturnType<typeof visitor>, id: string): Promise<void> {
  await untilAnswered(() => person.open(event(id)), 'admitted');
  for (const step of [2, 3, 4, 5]) await person.post(`/ereg/step/${step}`, 'name=Grace');
  await room(id).untilState('soldout');
}

describe('a room with a waiting list that is sold out', () => {
  it('gives newcomers a place, asks nothing of the platform for them, and calls them in order as seats come free', async () => {
    await register('listed');
    await room('listed').untilState('soldout');
    const before = (await platform.stats()).requests;
    const [first, second] = [visitor(gate.url), visitor(gate.url)];
    for (const person of [first, second]) {
      const page = await person.open(event('listed'));
      expect([page.status, page.state, person.jar.size]).toEqual([200, 'soldout', 1]);
      expect(page.text).toContain(KEPT);
    }
    const program = await room('listed').join();
    expect([program.reply.status, program.state]).toEqual([201, 'soldout']);
    await expect.poll(async () => (await room('listed').status()).waiting).toBe(3);
    expect((await platform.stats()).requests).toBe(before);

    await setSeats('listed', 1);
    await registerCalled(first, 'listed');
    expect((await second.open(event('listed'))).state).toBe('soldout');
    await setSeats('listed', 1);
    await registerCalled(second, 'listed');
    await setSeats('listed', 1);
    await expect.poll(async () => (await room('listed').place(program.ticket)).json().state).toBe('called');
    expect((await platform.stats()).registrations).toMatchObject({ listed: 3 });
  });
});

describe('a room without a waiting list that is sold out', () => {
  it('keeps the places of those who waited, takes nobody new, and calls on when a seat comes free', async () => {
    const [buyer, waiting] = [visitor(gate.url), visitor(gate.url)];
    expect((await buyer.open(event('closed'))).state).toBe('admitted');
    expect((await waiting.open(event('closed'))).state).toBe('waiting');
    for (const step of [2, 3, 4, 5]) await buyer.post(`/ereg/step/${step}`, 'name=Ada');
    await room('closed').untilState('soldout');
    const late = visitor(gate.url);
    const told = await late.open(event('closed'));
    expect([told.state, late.jar.size, told.text.includes(KEPT)]).toEqual(['soldout', 0, false]);
    expect((await room('closed').join()).reply.status).toBe(410);
    expect((await room('closed').placeOf(waiting)).state).toBe('soldout');
    await setSeats('closed', 1);
    await registerCalled(waiting, 'closed');
  });
});

describe('seats by the admin API alone', () => {
  it('hold at once, and 0 sells out a room that had no limit of seats', async () => {
    expect((await visitor(gate.url).open(event('free'))).state).toBe('admitted');
    await setSeats('free', 1);
    // The one who is inside may still take it.
    const next = visitor(gate.url);
    await untilAnswered(() => visitor(gate.url).open(event('free')), 'waiting');
    await setSeats('free', 2);
    await untilAnswered(() => next.open(event('free')), 'admitted');
    await setSeats('free', 0);
    await room('free').untilState('soldout');
    expect((await visitor(gate.url).open(event('free'))).state).toBe('soldout');
  });
});
