/** Requests in flight: listed while the platform works on them, and ended by an operator's word, each told in its own words. */
import { get } from 'node:http';
import { beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type GateHere, startStoreHere } from '../support/gate-in-process.ts';
import { ask, NAVIGATION, visitor } from '../support/http-client.ts';
import { type SmallPlatform, startSmallPlatform } from '../support/small-platform.ts';

let [platform, other]: SmallPlatform[] = [];
let gate: GateHere;

beforeAll(async () => {
  [platform, other] = [await startSmallPlatform(), await startSmallPlatform()];
  const store = await startStoreHere(`
upstreams:
  platform: { targets: ["${platform.url}"] }
  other: { targets: ["${other.url}"] }
rooms:
  "event-{eventid}": { limits: { sessions: 1, submitReserve: 0 } }
  site: {}
rules:
  - { name: events, match: { path: /*, query: { eventid: "{eventid}" } }, room: "event-{eventid}" }
  - { name: other, match: { hosts: [other.example.com], path: /* }, action: bypass, upstream: other, class: api }
  - { name: open, match: { path: /* }, action: bypass }
default: { room: site, upstream: platform }
`);
  gate = await store.gate('one');
});

const inFlight = () => gate.audit.inFlight;
const listed = () => inFlight().list(50);
/** Resolves when so many are under way. */
const underWay = (count: number) => expect.poll(() => inFlight().count).toBe(count);
const cancel = (wish: { upstream?: string; streams?: boolean } = {}) =>
  inFlight().cancel({ olderThanSeconds: 0, upstream: null, ...wish });

describe('what is passed on', () => {
  it('is listed with all that is known of it, the longest first, and gone when it is answered', async () => {
    const first = ask(`${gate.url}/held/4711?secret=1`);
    await underWay(1);
    const second = ask(`${gate.url}/held/4712`, {
      method: 'POST',
      body: 'x',
      headers: { host: 'other.example.com' },
    });
    await underWay(2);
    expect(listed().map(({ id, since, ageMs, ...rest }) => rest)).toEqual([
      {
        ...{ room: null, class: 'registration', method: 'GET', host: '127.0.0.1' },
        ...{ pathShape: '/held/{id}', upstream: 'platform', kind: 'request' },
      },
      {
        ...{ room: null, class: 'api', method: 'POST', host: 'other.example.com' },
        ...{ pathShape: '/held/{id}', upstream: 'other', kind: 'request' },
      },
    ]);
    const [older, younger] = listed();
    expect(older?.ageMs).toBeGreaterThanOrEqual(younger?.ageMs as number);
    expect(Date.parse(older?.since as string)).toBeLessThanOrEqual(Date.parse(younger?.since as string));
    expect(listed().length).toBe(2);
    expect(inFlight().list(1)).toHaveLength(1);
    await expect.poll(() => [platform?.held(), other?.held()]).toEqual([1, 1]);
    platform?.release();
    other?.release();
    expect([(await first).status, (await second).status]).toEqual([200, 200]);
    await underWay(0);
  });

  it('is counted when it goes out, not only when it is answered', async () => {
    const held = ask(`${gate.url}/held/counted`);
    await expect.poll(() => platform?.held()).toBe(1);
    const counted = () =>
      gate.audit.traffic.window().byAddress.find(({ pathShape }) => pathShape === '/held/counted');
    expect(counted()).toMatchObject({ requests: 1, forwarded: 1, failed: 0, rule: 'open' });
    platform?.release();
    await held;
    await expect.poll(() => counted()?.totalMs).toBeGreaterThan(0);
    expect(counted()).toMatchObject({ requests: 1, forwarded: 1, failed: 0 });
  });
});

describe('a cancelled request', () => {
  it('tells a program by a problem with a time to come back, and the platform’s connection is closed', async () => {
    const held = ask(`${gate.url}/held/a`, { headers: { accept: 'application/json' } });
    await expect.poll(() => platform?.held()).toBe(1);
    expect(cancel()).toBe(1);
    const answer = await held;
    expect([answer.status, answer.state, answer.json().code]).toEqual([503, 'failed', 'HG_CANCELLED']);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(answer.json().retryAfterSeconds).toBe(Number(answer.headers['retry-after']));
    await expect.poll(() => platform?.held()).toBe(0);
    await underWay(0);
  });

  it('tells a person by a page', async () => {
    const held = ask(`${gate.url}/held/b`, { headers: NAVIGATION });
    await expect.poll(() => platform?.held()).toBe(1);
    cancel();
    const answer = await held;
    expect([answer.status, answer.setCookies]).toEqual([503, []]);
    expect(answer.headers['content-type']).toContain('text/html');
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  });

  it('leaves younger ones alone, and other upstreams where one is named', async () => {
    const [here, there] = [
      ask(`${gate.url}/held/c`),
      ask(`${gate.url}/held/d`, { headers: { host: 'other.example.com' } }),
    ];
    await expect.poll(() => [platform?.held(), other?.held()]).toEqual([1, 1]);
    expect(inFlight().cancel({ olderThanSeconds: 3_600, upstream: null })).toBe(0);
    expect(cancel({ upstream: 'other' })).toBe(1);
    expect((await there).status).toBe(503);
    platform?.release();
    expect((await here).status).toBe(200);
  });

  it('of somebody’s first page gives the slot back, and the next visitor is let in', async () => {
    const [first, next] = [visitor(gate.url), visitor(gate.url)];
    const held = first.open('/held/e?eventid=7');
    await expect.poll(() => platform?.held()).toBe(1);
    expect(listed()[0]?.room).toBe('event-7');
    cancel();
    expect((await held).status).toBe(503);
    await expect
      .poll(async () => (await next.open('/form?eventid=7')).state, { interval: 100 })
      .toBe('admitted');
  });
});

describe('streams', () => {
  it('are listed as what they are, and cut only where they are meant', async () => {
    const socket = new WebSocket(`${gate.url.replace('http', 'ws')}/ws`);
    const open = new Promise((resolve) => socket.once('open', resolve));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const stream = Promise.withResolvers<void>();
    get(`${gate.url}/stream`, (answer) =>
      answer
        .on('close', stream.resolve)
        .resume()
        .on('error', () => {}),
    );
    await open;
    await expect
      .poll(() =>
        listed()
          .map(({ kind }) => kind)
          .sort(),
      )
      .toEqual(['event-stream', 'websocket']);
    expect(cancel()).toBe(0);
    expect(inFlight().count).toBe(2);
    expect(cancel({ streams: true })).toBe(2);
    await Promise.all([closed, stream.promise]);
    await underWay(0);
  });
});

describe('builds of the platform', () => {
  it('are remembered by the server that told them, the last word of each', async () => {
    await ask(`${gate.url}/x?header=headgate-build:2024.1`);
    await ask(`${gate.url}/x?header=headgate-build:2024.2`);
    const seenAt = expect.stringMatching(/Z$/);
    expect(gate.audit.facts.builds()).toEqual([
      { upstream: 'platform', target: platform?.url, build: '2024.2', seenAt },
    ]);
  });
});
