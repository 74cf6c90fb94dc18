/** Seats: no more are let in than registrations are left, everybody is told when there are none, and who is inside sees it through. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { ask, visitor } from '../support/http-client.ts';
import { type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts';
import { roomAt, untilAnswered } from '../support/room-client.ts';

let platform: PlatformProcess;
let gate: GatewayProcess;

beforeAll(async () => {
  platform = await startPlatformProcess({ integrated: true });
  gate = await startGateway({
    config: `
upstreams: { platform: { targets: ["${platform.url}"] } }
rooms:
  "event-{event}": { limits: { sessions: 100, submitReserve: 0 } }
  event-few: { limits: { sessions: 100, seats: 2, submitReserve: 0 } }
  event-ruled: { limits: { seats: 1 } }
  event-none: { limits: { seats: 0 } }
  site: {}
rules:
  - { name: ruled, match: { path: /ereg/*, query: { eventid: ruled } }, room: event-ruled }
  - { name: registered, match: { path: /ereg/step/5, methods: [POST], query: { counts: "1" } }, room: event-ruled, registered: { status: [302] } }
  - { name: event, match: { path: /ereg/*, query: { eventid: "{event}" } }, room: "event-{event}" }
  - { name: pages, match: { path: "/events/{event}" }, room: "event-{event}" }
default: { room: site, upstream: platform }
`,
  });
});

const event = (id: string) => `/ereg/newreg.php?eventid=${id}`;
const room = (id: string) => roomAt(gate.url, `event-${id}`);
type Visitor = ReturnType<typeof visitor>;

async function enter(id: string): Promise<Visitor> {
  const person = visitor(gate.url);
  expect((await person.open(event(id))).state).toBe('admitted');
  return person;
}

/** Walks pages 2 to 5; the platform tells the gate of the registration. */
async function register(person: Visitor): Promise<void> {
  for (const step of [2, 3, 4, 5]) {
    const sent = await person.post(`/ereg/step/${step}`, 'name=Ada');
    expect([sent.status, sent.state, sent.headers['headgate-session']]).toEqual([302, 'admitted', undefined]);
  }
}

describe('seats by configuration', () => {
  it('hold back the next while those inside may take them, and sold out is told to everybody but those inside', async () => {
    const [first, second] = [await enter('few'), await enter('few')];
    const waiting = visitor(gate.url);
    expect((await waiting.open(event('few'))).state).toBe('waiting');
    await register(first);
    expect((await waiting.open(event('few'))).state).toBe('waiting');
    await room('few').leaveAs(second);
    // A seat came back: the next takes it.
    await untilAnswered(() => waiting.open(event('few')), 'admitted');
    const last = visitor(gate.url);
    expect((await last.open(event('few'))).state).toBe('waiting');
    await register(waiting);
    await room('few').untilState('soldout');

    const told = await last.open(event('few'));
    expect([told.status, told.state]).toEqual([200, 'soldout']);
    expect((await room('few').placeOf(last)).state).toBe('soldout');
    const newcomer = visitor(gate.url);
    expect([(await newcomer.open(event('few'))).state, newcomer.jar.size]).toEqual(['soldout', 0]);
    const program = await ask(gate.url + event('few'));
    expect([program.status, program.json().code, program.headers['retry-after']]).toEqual([
      410,
      'HG_SOLD_OUT',
      undefined,
    ]);
    const joined = (await room('few').join()).reply;
    expect([joined.status, joined.state, joined.json().state]).toEqual([410, 'soldout', 'soldout']);
    // Who has registered still sees the confirmation.
    for (const person of [first, waiting]) {
      const done = await person.open('/ereg/done');
      expect([done.status, done.state, done.text.includes('You are registered')]).toEqual([
        200,
        'admitted',
        true,
      ]);
    }
    expect((await platform.stats()).registrations).toMatchObject({ few: 2 });
  });

  it('none from the start: sold out, and the platform hears of nobody', async () => {
    const before = (await platform.stats()).requests;
    expect((await visitor(gate.url).open(event('none'))).state).toBe('soldout');
    expect((await platform.stats()).requests).toBe(before);
  });

  it('a rule says which answers are registrations', async () => {
    const person = visitor(gate.url);
    expect((await person.open(event('ruled'))).state).toBe('admitted');
    for (const step of ['2', '3', '4', '5?counts=1']) await person.post(`/ereg/step/${step}`, 'name=Ada');
    await room('ruled').untilState('soldout');
    expect((await room('ruled').status()).seatsLeft).toBe(0);
    expect((await person.open('/ereg/done')).state).toBe('admitted');
  });
});

describe('seats by the platform’s own word', () => {
  it('are taken from its headers, which visitors do not get to see', async () => {
    const person = visitor(gate.url);
    // 4721 has 40 seats in the platform's own books.
    const page = await person.open('/events/4721');
    expect([page.state, page.headers['headgate-seats'], page.headers['headgate-build']]).toEqual([
      'admitted',
      undefined,
      undefined,
    ]);
    await expect.poll(async () => (await room('4721').status()).seatsLeft, { interval: 50 }).toBe(40);
    await person.open(event('4721'));
    await register(person);
    await expect.poll(async () => (await room('4721').status()).seatsLeft, { interval: 50 }).toBe(39);
  });

  it('all 40 are sold, to 40, and the 41st is told so', async () => {
    const others = await Promise.all(Array.from({ length: 39 }, () => enter('4721')));
    const late = visitor(gate.url);
    expect((await late.open(event('4721'))).state).toBe('waiting');
    await Promise.all(others.map(register));
    await room('4721').untilState('soldout');
    expect((await late.open(event('4721'))).state).toBe('soldout');
    expect((await platform.stats()).registrations).toMatchObject({ 4721: 40 });
  });
});
