/** Rooms' states: what visitors and programs are told in each, who goes on, and that every place is kept. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { ask, NAVIGATION, visitor } from '../support/http-client.ts';
import { reload } from '../support/reload.ts';
import { claimsOf, roomAt, untilAnswered } from '../support/room-client.ts';
import { type SmallPlatform, startSmallPlatform } from '../support/small-platform.ts';

let platform: SmallPlatform;
let gate: GatewayProcess;

const STATES = { paused: 'open', offline: 'open', ended: 'open', cycle: 'open' };

function config(states: Record<string, string> = {}): string {
  const rooms = Object.entries({ ...STATES, ...states }).map(
    ([name, state]) => `  r-${name}: { state: ${state}, limits: { sessions: 1, submitReserve: 0 } }`,
  );
  return `
upstreams: { platform: { targets: ["${platform.url}"] } }
rooms:
  "r-{room}": { limits: { sessions: 1, submitReserve: 0 } }
  r-closed: { state: paused }
  r-away: { state: offline }
  r-over: { state: ended }
  r-nobody: { limits: { sessions: 0 } }
  r-never: { limits: { admissionsPerMinute: 0 } }
  r-watched: { mode: observe, limits: { sessions: 1, submitReserve: 0 } }
  r-lanes: { limits: { sessions: 1, submitReserve: 0 }, lanes: { default: 1, members: 3 } }
  r-polite: { limits: { sessions: 0 }, waitStatus: 429 }
${rooms.join('\n')}
  site: {}
rules:
  - { name: members, match: { path: /r/lanes/*, hosts: [members.example.com] }, room: r-lanes, lane: members }
  - { name: api, match: { path: "/r/{room}/api/*" }, room: "r-{room}", class: api }
  - { name: rooms, match: { path: "/r/{room}/*" }, room: "r-{room}" }
default: { room: site, upstream: platform }
`;
}

beforeAll(async () => {
  platform = await startSmallPlatform();
  gate = await startGateway({ config: config() });
});

const room = (name: string) => roomAt(gate.url, `r-${name}`);

/** Somebody inside, somebody who waits. */
async function fill(name: string) {
  const [inside, waiting] = [visitor(gate.url), visitor(gate.url)];
  expect((await inside.open(`/r/${name}/form`)).state).toBe('admitted');
  expect((await waiting.open(`/r/${name}/form`)).state).toBe('waiting');
  return { inside, waiting, place: await room(name).placeOf(waiting) };
}

describe('a room that begins in a state', () => {
  it.each([
    { name: 'closed', state: 'paused', status: 503, code: 'HG_PAUSED' },
    { name: 'away', state: 'offline', status: 503, code: 'HG_OFFLINE' },
    { name: 'over', state: 'ended', status: 410, code: 'HG_ENDED' },
  ])(
    '$state tells people by a page and programs by $status, and passes nobody on',
    async ({ name, state, status, code }) => {
      const before = platform.seen.length;
      const person = visitor(gate.url);
      const page = await person.open(`/r/${name}/form`);
      expect([page.status, page.state]).toEqual([200, state]);
      expect(page.headers['content-type']).toContain('text/html');
      expect(page.headers['cache-control']).toContain('no-store');
      const program = await ask(`${gate.url}/r/${name}/form`);
      expect([program.status, program.state, program.json().code]).toEqual([status, state, code]);
      expect(program.headers['retry-after'] !== undefined).toBe(status === 503);
      const api = await ask(`${gate.url}/r/${name}/api/x`, { method: 'POST' });
      expect([api.status, api.state]).toEqual([status === 503 ? 429 : 410, state]);
      expect((await room(name).status()).state).toBe(state);
      const joined = await room(name).join();
      if (state === 'ended') {
        expect([person.jar.size, joined.reply.status]).toEqual([0, 410]);
      } else {
        expect([joined.reply.status, joined.state, joined.number]).toEqual([201, state, 2]);
        expect([joined.expectedWaitSeconds, (await room(name).placeOf(person)).state]).toEqual([null, state]);
      }
      expect(platform.seen.length).toBe(before);
    },
  );

  it('limits of 0 let nobody in and give every visitor a place', async () => {
    for (const name of ['nobody', 'never']) {
      const visitors = [visitor(gate.url), visitor(gate.url)];
      for (const person of visitors) expect((await person.open(`/r/${name}/form`)).state).toBe('waiting');
      const places = await Promise.all(visitors.map((person) => room(name).placeOf(person)));
      expect(places.map(({ number, position }) => [number, position])).toEqual([
        [1, 1],
        [2, 2],
      ]);
    }
  });

  it('the status of waiting pages is the configured one', async () => {
    const page = await visitor(gate.url).open('/r/polite/form');
    expect([page.status, page.state]).toEqual([429, 'waiting']);
  });
});

describe('a reload', () => {
  it('to paused calls and admits nobody, lets those inside go on, keeps every place, and open goes on where it was', async () => {
    const { inside, waiting, place } = await fill('paused');
    await reload(gate, config({ paused: 'paused' }));
    expect((await inside.open('/r/paused/next')).state).toBe('admitted');
    expect((await inside.post('/r/paused/next')).state).toBe('admitted');
    expect((await room('paused').leaveAs(inside)).status).toBe(204);
    const told = await waiting.open('/r/paused/form');
    expect([told.state, (await room('paused').placeOf(waiting)).number]).toEqual(['paused', place.number]);
    const late = visitor(gate.url);
    expect((await late.open('/r/paused/form')).state).toBe('paused');
    expect((await room('paused').placeOf(late)).number).toBe(place.number + 1);
    expect((await room('paused').placeOf(waiting)) as object).toMatchObject({
      state: 'paused',
      position: 1,
      expectedWaitSeconds: null,
    });

    await reload(gate, config());
    await untilAnswered(() => waiting.open('/r/paused/form'), 'admitted');
    expect((await late.open('/r/paused/form')).state).toBe('waiting');
  });

  it('to offline passes nobody on, those inside too, and keeps places and sessions', async () => {
    const { inside, waiting, place } = await fill('offline');
    await reload(gate, config({ offline: 'offline' }));
    const before = platform.seen.length;
    for (const person of [inside, waiting])
      expect((await person.open('/r/offline/form')).state).toBe('offline');
    expect((await inside.post('/r/offline/form')).state).toBe('offline');
    expect(platform.seen.length).toBe(before);
    expect(await room('offline').placeOf(waiting)).toMatchObject({ state: 'offline', number: place.number });
    await reload(gate, config());
    expect((await inside.open('/r/offline/form')).state).toBe('admitted');
    expect((await waiting.open('/r/offline/form')).state).toBe('waiting');
    expect((await room('offline').placeOf(waiting)).number).toBe(place.number);
  });

  it('to ended takes nobody any more, those inside finish, and from ended back to open a new line begins', async () => {
    const { inside, waiting } = await fill('ended');
    await reload(gate, config({ ended: 'ended' }));
    expect((await inside.open('/r/ended/next')).state).toBe('admitted');
    expect((await waiting.open('/r/ended/form')).state).toBe('ended');
    expect(await room('ended').placeOf(waiting)).toMatchObject({ state: 'ended' });
    expect((await visitor(gate.url).open('/r/ended/form')).state).toBe('ended');
    const { epoch } = await room('ended').status();
    await reload(gate, config());
    await expect.poll(async () => (await room('ended').status()).epoch, { interval: 50 }).toBe(epoch + 1);
    // The new line begins at 1; who is still inside holds the slot.
    const again = visitor(gate.url);
    expect((await again.open('/r/ended/form')).state).toBe('waiting');
    expect((await room('ended').placeOf(again)).number).toBe(1);
    expect((await waiting.open('/r/ended/form')).state).toBe('waiting');
    expect((await room('ended').placeOf(waiting)).number).toBe(2);
  });
});

describe('observe mode', () => {
  it('forwards everything, and reports who would have waited', async () => {
    const visitors = Array.from({ length: 4 }, () => visitor(gate.url));
    for (const person of visitors) {
      const page = await person.open('/r/watched/form');
      expect([page.status, page.state, page.json().path]).toEqual([200, 'observed', '/r/watched/form']);
    }
    for (const method of ['GET', 'POST', 'PUT', 'HEAD', 'OPTIONS']) {
      const reply = await ask(`${gate.url}/r/watched/x`, { method });
      expect([method, reply.status, reply.state]).toEqual([method, 200, 'observed']);
    }
    expect(platform.seen.filter((line) => line.includes('/r/watched/')).length).toBe(9);
    // Three navigations and five without a number came while a line would have stood.
    const metrics = (await ask(`${gate.metricsUrl}/metrics`)).text;
    expect(metrics).toContain('headgate_would_have_waited_total{room="r-watched"} 8');
    expect(metrics).toMatch(
      /headgate_requests_total\{room="r-watched",class="registration",state="observed"\} 9/,
    );
    await gate.printed(/"room":"r-watched","would":"waiting"/);
    expect(visitors.map((person) => [...person.jar.keys()].length)).toEqual([1, 1, 1, 1]);
  });
});

describe('lanes by rule', () => {
  it('each lane has numbers of its own, and a position within it', async () => {
    const first = visitor(gate.url);
    expect((await first.open('/r/lanes/form')).state).toBe('admitted');
    const plain = [visitor(gate.url), visitor(gate.url)];
    const members = [1, 2, 3].map(() => visitor(gate.url, { host: 'members.example.com' }));
    for (const person of [...plain, ...members])
      expect((await person.open('/r/lanes/form')).state).toBe('waiting');
    const placesOf = (people: typeof plain) =>
      Promise.all(people.map((person) => room('lanes').placeOf(person)));
    expect((await placesOf(plain)).map(({ number, position }) => [number, position])).toEqual([
      [2, 1],
      [3, 2],
    ]);
    expect((await placesOf(members)).map(({ number, position }) => [number, position])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    expect(await room('lanes').placeOf(members[0] as (typeof members)[0])).toMatchObject({ lane: 'members' });
    expect(claimsOf([...(members[0] as (typeof members)[0]).jar.values()][0] as string)).toMatchObject({
      lane: 'members',
      n: 1,
    });
    await expect
      .poll(async () => (await room('lanes').status()).lanes, { interval: 100 })
      .toEqual({
        default: { issued: 3, serving: 1 },
        members: { issued: 3, serving: 0 },
      });
    // Members weigh three times as much: they go first.
    await room('lanes').leaveAs(first);
    await untilAnswered(() => (members[0] as (typeof members)[0]).open('/r/lanes/form'), 'admitted');
  });
});

it('a posted form from a frame, or a navigation that prefers JSON, is told as it asked', async () => {
  const json = await ask(`${gate.url}/r/nobody/form`, {
    headers: { ...NAVIGATION, accept: 'application/json, text/html;q=0.5' },
  });
  expect([json.status, json.headers['content-type']]).toEqual([503, 'application/problem+json']);
});
