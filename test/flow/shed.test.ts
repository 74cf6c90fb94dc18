/** Shedding through a whole gate: each is told in words of its own that nothing was sent, and nobody loses a place, a ticket or a session. */
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { Forwarder } from '../../gateway/forward/forwarder.ts';
import { type GateHere, startStoreHere } from '../support/gate-in-process.ts';
import { ask, NAVIGATION, type Reply, visitor } from '../support/http-client.ts';
import { type SmallPlatform, startSmallPlatform } from '../support/small-platform.ts';

/** The gate's own forwarder: the test orders what the controller would. */
const made = vi.hoisted(() => ({ forwarders: [] as Forwarder[] }));
vi.mock('../../gateway/forward/forwarder.ts', async (original) => {
  const real = await original<typeof import('../../gateway/forward/forwarder.ts')>();
  const createForwarder: typeof real.createForwarder = (options) => {
    const forwarder = real.createForwarder(options);
    made.forwarders.push(forwarder);
    return forwarder;
  };
  return { ...real, createForwarder };
});

const JSON_WANTED = { accept: 'application/json' };

let platform: SmallPlatform;
let gate: GateHere;
let forwarder: Forwarder;

beforeAll(async () => {
  platform = await startSmallPlatform();
  const store = await startStoreHere(`
upstreams: { platform: { targets: ["${platform.url}"] } }
protection: { inFlight: { least: 1, queueMs: 50 }, decisions: { engage: off, factor: off, isolate: off } }
rooms:
  "event-{eventid}": { limits: { sessions: 1, submitReserve: 0 } }
  site: {}
rules:
  - { name: events, match: { path: /*, query: { eventid: "{eventid}" } }, room: "event-{eventid}" }
  - { name: sockets, match: { path: /ws }, action: bypass, class: api }
  - { name: api, match: { path: /api/* }, action: bypass, class: api }
  - { name: open, match: { path: /* }, action: bypass }
default: { room: site, upstream: platform }
`);
  gate = await store.gate('one');
  forwarder = made.forwarders[0]!;
});

/** While the one slot is taken. */
async function short<T>(during: () => Promise<T>): Promise<T> {
  forwarder.hold('platform', { inFlight: 1 });
  const held = ask(`${gate.url}/held`);
  await expect.poll(() => platform.held()).toBe(1);
  const result = await during();
  platform.release();
  await held;
  return result;
}

beforeEach(() => {
  platform.seen.length = 0;
});

const told = ({ status, state, headers }: Reply) => [status, state, Number(headers['retry-after']) > 0];

describe('a request that is shed', () => {
  it('tells a program by a problem with a time to come back; nothing was sent', async () => {
    const answer = await short(() => ask(`${gate.url}/api/list`, { headers: JSON_WANTED }));
    expect(told(answer)).toEqual([503, 'refused', true]);
    expect(answer.json()).toMatchObject({ code: 'HG_SHED', state: 'refused', status: 503 });
    expect(answer.json().retryAfterSeconds).toBe(Number(answer.headers['retry-after']));
    expect(platform.seen).toEqual(['GET /held']);
  });

  it('tells a person by a page that asks again by itself', async () => {
    const answer = await short(() => ask(`${gate.url}/page`, { headers: NAVIGATION }));
    expect([...told(answer), answer.setCookies]).toEqual([503, 'refused', true, []]);
    expect(answer.text).toContain('The site is very busy');
    expect(answer.headers['cache-control']).toContain('no-store');
  });

  it('of a form says that nothing was sent, and asks for nothing by itself', async () => {
    const answer = await short(() =>
      ask(`${gate.url}/form`, { method: 'POST', body: 'name=x', headers: NAVIGATION }),
    );
    expect(told(answer)).toEqual([503, 'refused', true]);
    expect(answer.text).toContain('Nothing was sent');
    expect(answer.text).not.toContain('http-equiv="refresh"');
    expect(platform.seen).toEqual(['GET /held']);
  });

  it('of a WebSocket gets the same answer', async () => {
    const status = await short(
      () =>
        new Promise((resolve) => {
          const socket = new WebSocket(`${gate.url.replace('http', 'ws')}/ws`);
          socket.on('error', () => {});
          socket.on('unexpected-response', (_request, response) => resolve(response.statusCode));
        }),
    );
    expect(status).toBe(503);
  });

  it('counts as no failure of the platform', async () => {
    await short(() => ask(`${gate.url}/api/list`, { headers: JSON_WANTED }));
    const { failures, window } = forwarder.upstreams().platform!;
    expect([failures, window.errorShare]).toEqual([{}, 0]);
    expect(await gate.metrics()).not.toMatch(/headgate_upstream_failures_total\{[^}]*shed/);
  });
});

describe('a first page that is shed', () => {
  it('frees the slot at once and burns no ticket: the visitor is let in with it later', async () => {
    const [inside, waiting] = [visitor(gate.url), visitor(gate.url)];
    expect((await inside.open('/page?eventid=1')).state).toBe('admitted');
    expect((await waiting.open('/page?eventid=1')).state).toBe('waiting');
    await inside.send('/.headgate/rooms/event-1/leave', { method: 'POST' });
    await expect
      .poll(async () => (await waiting.send('/.headgate/rooms/event-1/ticket')).json().state, {
        timeout: 60_000,
      })
      .toBe('called');
    const shed = await short(() => waiting.open('/page?eventid=1'));
    expect([...told(shed), shed.setCookies]).toEqual([503, 'refused', true, []]);
    forwarder.hold('platform', { inFlight: null });
    await expect.poll(async () => (await waiting.open('/page?eventid=1')).state).toBe('admitted');
  });
});
