/** An idle site is left alone: without a line the gate is not noticed; with one, whoever cannot wait is told so. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { ask, cookiesOf, NAVIGATION, type Reply, visitor } from '../support/http-client.ts';
import { sendRaw } from '../support/raw-http.ts';
import { roomAt } from '../support/room-client.ts';
import { type SmallPlatform, startSmallPlatform } from '../support/small-platform.ts';

let platform: SmallPlatform;
let gate: GatewayProcess;

beforeAll(async () => {
  platform = await startSmallPlatform();
  gate = await startGateway({
    config: `
upstreams: { platform: { targets: ["${platform.url}"] } }
rooms:
  "e-{event}": { limits: { sessions: 1, submitReserve: 0 }, allowance: { inFlight: 3 } }
  "many-{id}": { maxRooms: 50, limits: { sessions: 1, submitReserve: 0 } }
  "chosen-{id}": { known: [alpha, beta, 7], limits: { sessions: 1, submitReserve: 0 } }
  closed: { limits: { sessions: 0 } }
  site: { limits: { sessions: 1, submitReserve: 0 } }
rules:
  - { name: callbacks, match: { path: /pay/callback }, room: closed, class: api, allowance: { requestsPerMinute: 4 } }
  - { name: held callbacks, match: { path: /held/pay }, room: closed, class: api, allowance: { inFlight: 2 } }
  - { name: events, match: { path: "/e/{event}/*" }, room: "e-{event}" }
  - { name: held events, match: { path: "/held/e/{event}" }, room: "e-{event}" }
  - { name: closed, match: { path: /closed/* }, room: closed }
  - { name: many, match: { path: /ereg/*, query: { id: "{id}" } }, room: "many-{id}" }
  - { name: chosen, match: { path: /chosen/*, query: { id: "{id}" } }, room: "chosen-{id}" }
default: { room: site, upstream: platform }
`,
  });
});

interface Probe {
  name: string;
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

const FRAME = { ...NAVIGATION, 'sec-fetch-dest': 'iframe' };
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
/** What comes to a site all day, and takes no number. */
const PROBES: Probe[] = [
  { name: 'a GET of an API' },
  { name: 'a GET that wants JSON', headers: { accept: 'application/json' } },
  {
    name: 'a fetch of a page',
    headers: { accept: '*/*', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' },
  },
  { name: 'a POST of JSON', method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' },
  { name: 'a posted form', method: 'POST', headers: { ...NAVIGATION, ...FORM }, body: 'a=b' },
  { name: 'a form posted in a frame', method: 'POST', headers: { ...FRAME, ...FORM }, body: 'a=b' },
  { name: 'PUT', method: 'PUT', body: 'x' },
  { name: 'PATCH', method: 'PATCH', body: 'x' },
  { name: 'DELETE', method: 'DELETE' },
  { name: 'HEAD', method: 'HEAD', headers: NAVIGATION },
  {
    name: 'OPTIONS',
    method: 'OPTIONS',
    headers: { origin: 'https://shop.example', 'access-control-request-method': 'POST' },
  },
  {
    name: 'a favicon',
    headers: {
      accept: 'image/avif,image/webp,*/*;q=0.8',
      'sec-fetch-mode': 'no-cors',
      'sec-fetch-dest': 'image',
    },
  },
  { name: 'a prefetch', headers: { ...NAVIGATION, 'sec-purpose': 'prefetch' } },
];

const send = ({ method, headers, body }: Probe, path: string) =>
  ask(gate.url + path, {
    method: method ?? 'GET',
    headers: headers ?? {},
    ...(body === undefined ? {} : { body }),
  });

describe('with nobody waiting', () => {
  it.each(PROBES)('$name is served, without a number', async (probe) => {
    for (const path of ['/api/x', '/e/idle/x', '/favicon.ico', '/ereg/x?id=idle']) {
      const reply = await send(probe, path);
      expect([path, reply.status, reply.state, reply.setCookies]).toEqual([path, 200, 'allowed', []]);
    }
  });

  it('it reaches the platform as it was sent, and takes nobody’s slot', async () => {
    const sent = await ask(`${gate.url}/api/x?a=1&b=%20`, { method: 'PUT', body: 'x' });
    expect(sent.json()).toMatchObject({ method: 'PUT', path: '/api/x' });
    expect(platform.seen.at(-1)).toBe('PUT /api/x?a=1&b=%20');
    expect((await roomAt(gate.url, 'e-idle').status()).issued).toBe(0);
    expect((await visitor(gate.url).open('/e/idle/x')).state).toBe('admitted');
  });

  it('a form in a frame is served to a person, who is inside from then on', async () => {
    const page = await ask(`${gate.url}/e/framed/form`, { headers: FRAME });
    expect([page.status, page.state]).toEqual([200, 'admitted']);
    expect(cookiesOf(page)).toMatch(/^hg_p_e-framed=[^;]+$/);
  });

  it('only so many as the allowance says are in flight at once: one more is told to wait', async () => {
    const held = [1, 2, 3].map(() => ask(`${gate.url}/held/e/flight`));
    await expect.poll(() => platform.held(), { interval: 10 }).toBe(3);
    const beyond = await ask(`${gate.url}/held/e/flight`);
    expect([beyond.status, beyond.state, beyond.json().code]).toEqual([503, 'waiting', 'HG_WAITING']);
    expect((await ask(`${gate.url}/e/other/x`)).state).toBe('allowed');
    platform.release();
    expect((await Promise.all(held)).map(({ state }) => state)).toEqual(['allowed', 'allowed', 'allowed']);
    expect((await ask(`${gate.url}/e/flight/x`)).state).toBe('allowed');
  });

  it.each(['OPTIONS', 'GET'])(
    '%s * is about no address of the platform: the gate itself answers, once',
    async (method) => {
      const before = platform.seen.length;
      const { answers } = await sendRaw(gate.url, `${method} * HTTP/1.1\r\nHost: a.example\r\n\r\n`);
      expect(answers.map(({ status }) => status)).toEqual([400]);
      expect(platform.seen.slice(before)).toEqual([]);
    },
  );
});

describe('with a line standing', () => {
  beforeAll(async () => {
    for (const path of ['/e/full/x', '/e/full/x', '/closed/x']) await visitor(gate.url).open(path);
  });

  it.each(PROBES)('$name is told to wait, without a number', async (probe) => {
    const before = platform.seen.length;
    const reply = await send(probe, '/e/full/x');
    const isForm = probe.name.includes('form');
    expect([reply.status, reply.state, reply.setCookies]).toEqual([isForm ? 200 : 503, 'waiting', []]);
    if (probe.method !== 'HEAD' && !isForm) {
      expect(reply.json()).toMatchObject({
        code: 'HG_WAITING',
        room: 'e-full',
        join: '/.headgate/rooms/e-full/tickets',
      });
      expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
    }
    expect(platform.seen.length).toBe(before);
  });

  it('a rule’s standing allowance still serves: so many a minute', async () => {
    const replies: Reply[] = [];
    for (let i = 0; i < 7; i++)
      replies.push(await ask(`${gate.url}/pay/callback`, { method: 'POST', headers: FORM, body: 'paid=1' }));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200, 429, 429, 429]);
    expect(replies.map(({ state }) => state)).toEqual([
      ...Array(4).fill('allowed'),
      ...Array(3).fill('waiting'),
    ]);
  });

  it('and so many in flight', async () => {
    const held = [1, 2].map(() => ask(`${gate.url}/held/pay`, { method: 'POST' }));
    await expect.poll(() => platform.held(), { interval: 10 }).toBe(2);
    expect((await ask(`${gate.url}/held/pay`, { method: 'POST' })).status).toBe(429);
    platform.release();
    expect((await Promise.all(held)).map(({ state }) => state)).toEqual(['allowed', 'allowed']);
    const again = ask(`${gate.url}/held/pay`, { method: 'POST' });
    await expect.poll(() => platform.held(), { interval: 10 }).toBe(1);
    platform.release();
    expect((await again).state).toBe('allowed');
  });
});

describe('invented event ids', () => {
  const rooms = async (begin: string) => {
    const status = await ask(`${gate.url}/.headgate/status`, { headers: { accept: 'application/json' } });
    const names = status.json<{ rooms: { room: string }[] }>().rooms.map(({ room }) => room);
    return names.filter((name) => name.startsWith(begin));
  };

  it('5,000 of them make at most maxRooms rooms; the others share one', async () => {
    for (let first = 0; first < 5_000; first += 100) {
      const replies = await Promise.all(
        Array.from({ length: 100 }, (_, i) =>
          ask(`${gate.url}/ereg/x?id=invented-${first + i}`, { headers: NAVIGATION }),
        ),
      );
      for (const { status } of replies) expect(status).toBe(200);
    }
    const live = await rooms('many-');
    expect(live.length).toBeLessThanOrEqual(51);
    expect(live.length).toBeGreaterThan(40);
    expect(live).toContain('many-~other');
    expect((await roomAt(gate.url, 'many-~other').status()).issued).toBeGreaterThan(4_900);
    const { text } = await ask(`${gate.metricsUrl}/metrics`);
    expect(text.match(/headgate_room_waiting\{/g)?.length).toBeLessThan(110);
  });

  it('programs that ask for places invent no rooms either', async () => {
    const replies = await Promise.all(
      Array.from({ length: 300 }, (_, i) => roomAt(gate.url, `many-program-${i}`).join()),
    );
    for (const { reply } of replies) expect([201, 404]).toContain(reply.status);
    expect((await rooms('many-')).length).toBeLessThanOrEqual(51);
  });

  it('known ids have rooms of their own, and strangers share one', async () => {
    for (const id of ['alpha', 'beta', '7', 'gamma', 'delta', 'x'.repeat(80), 'bad.dot', '../up']) {
      const reply = await ask(`${gate.url}/chosen/x?id=${encodeURIComponent(id)}`, { headers: NAVIGATION });
      expect([id, reply.status]).toEqual([id, 200]);
    }
    expect((await rooms('chosen-')).sort()).toEqual([
      'chosen-7',
      'chosen-alpha',
      'chosen-beta',
      'chosen-~other',
    ]);
  });
});
