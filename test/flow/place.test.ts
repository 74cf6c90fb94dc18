/** One place a visitor: who takes a number, who does not, and what a shared place is worth. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { ask, NAVIGATION, visitor } from '../support/http-client.ts';
import { type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts';

const EVENT = '/ereg/newreg.php?eventid=4711';
const ROOM = '/.headgate/rooms/event-4711';

let platform: PlatformProcess;
let gate: GatewayProcess;

beforeAll(async () => {
  platform = await startPlatformProcess();
  gate = await startGateway({ config: config(platform.url) });
});

function config(upstream: string): string {
  return `
upstreams: { platform: { targets: ["${upstream}"] } }
rooms:
  "event-{eventid}": { limits: { sessions: 1 }, passes: null }
  platform: { limits: { sessions: 100 } }
rules:
  - { name: assets, match: { path: /assets/*, methods: [GET, HEAD] }, action: bypass, class: asset }
  - { name: payment, match: { path: /pay/callback }, room: event-4711, allowance: { requestsPerMinute: 60, inFlight: 5 }, class: api }
  - { name: api, match: { path: /api/*, query: { eventid: "{eventid}" } }, room: "event-{eventid}", class: api }
  - { name: event, match: { path: /ereg/*, query: { eventid: "{eventid}" } }, room: "event-{eventid}" }
default: { room: platform, upstream: platform }
`.replace(', passes: null', '');
}

async function issued(): Promise<number> {
  return (await ask(`${gate.url}${ROOM}/status`)).json<{ issued: number }>().issued;
}

describe('one place a visitor', () => {
  it('the first is inside at once, the second waits and keeps one number through reloads', async () => {
    const first = visitor(gate.url);
    const admitted = await first.open(EVENT);
    expect(admitted.state).toBe('admitted');
    expect(admitted.headers['cache-control']).toBe('private, no-store');
    const second = visitor(gate.url);
    const waiting = await second.open(EVENT);
    expect(waiting.status).toBe(200);
    expect(waiting.state).toBe('waiting');
    expect(waiting.headers['cache-control']).toContain('no-store');
    const ticket = (await second.send(`${ROOM}/ticket`)).json();
    for (let reload = 0; reload < 5; reload++) expect((await second.open(EVENT)).state).toBe('waiting');
    expect((await second.send(`${ROOM}/ticket`)).json().number).toBe(ticket.number);
  });

  it('prefetches, favicons, assets, XHR, HEAD, OPTIONS and posts take no number', async () => {
    await expect.poll(issued, { interval: 300 }).toBeGreaterThan(0);
    const before = await settled();
    const without: Record<string, string>[] = [
      { ...NAVIGATION, 'sec-purpose': 'prefetch' },
      { ...NAVIGATION, purpose: 'prefetch' },
      { accept: 'image/avif,image/webp,*/*;q=0.8', 'sec-fetch-dest': 'image', 'sec-fetch-mode': 'no-cors' },
      { accept: '*/*', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' },
      { accept: 'application/json', 'x-requested-with': 'XMLHttpRequest' },
      {},
    ];
    for (const headers of without) {
      const reply = await ask(gate.url + EVENT, { headers });
      expect([reply.status, reply.setCookies]).toEqual([503, []]);
    }
    for (const method of ['HEAD', 'OPTIONS', 'POST', 'PUT', 'DELETE']) {
      const reply = await ask(gate.url + EVENT, { method, headers: NAVIGATION });
      expect(reply.setCookies).toEqual([]);
    }
    expect(await settled()).toBe(before);
  });

  async function settled(): Promise<number> {
    const ticket = await ask(`${gate.url}${ROOM}/tickets`, { method: 'POST' });
    return ticket.json<{ number: number }>().number - tickets++;
  }
  let tickets = 0;

  it('with a line standing a payment callback is still served, an API client gets 429 and a form is told that nothing was sent', async () => {
    const callback = await ask(`${gate.url}/pay/callback`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'paid=1',
    });
    expect([callback.status < 300, callback.state]).toEqual([true, 'allowed']);
    const api = await ask(`${gate.url}/api/attendees?eventid=4711`);
    expect(api.status).toBe(429);
    expect(api.json()).toMatchObject({
      code: 'HG_WAITING',
      room: 'event-4711',
      state: 'waiting',
      join: `${ROOM}/tickets`,
    });
    expect(Number(api.headers['retry-after'])).toBeGreaterThan(0);
    const form = await visitor(gate.url).post(EVENT);
    expect(form.state).toBe('waiting');
    expect(form.text).toMatch(/not sent|nothing was sent/i);
    expect(form.setCookies).toEqual([]);
  });

  it('a frame takes a place, and a hundred claims of one shared ticket are one session', async () => {
    const frame = await ask(gate.url + EVENT, { headers: { ...NAVIGATION, 'sec-fetch-dest': 'iframe' } });
    expect([frame.state, frame.setCookies.length]).toEqual(['waiting', 1]);
    const free = `/ereg/newreg.php?eventid=4712`;
    const taken = await ask(`${gate.url}/.headgate/rooms/event-4712/tickets`, { method: 'POST' });
    const { ticket, state } = taken.json<{ ticket: string; state: string }>();
    expect([taken.status, state]).toEqual([201, 'called']);
    const claims = await Promise.all(
      Array.from({ length: 100 }, () => ask(gate.url + free, { headers: { 'headgate-ticket': ticket } })),
    );
    const sessions = new Set(
      claims.map(
        (claim) =>
          JSON.parse(
            Buffer.from(
              String(claim.headers['headgate-pass']).split('.')[1] as string,
              'base64url',
            ).toString(),
          ).jti,
      ),
    );
    expect(claims.map((claim) => claim.state)).toEqual(claims.map(() => 'admitted'));
    expect(sessions.size).toBe(1);
  });

  it('captured keys twice or as arrays are refused', async () => {
    for (const query of [
      'eventid=4711&eventid=4712',
      'eventid[]=4711',
      'eventid=4711&EventId=4712',
      'event%69d=4711&eventid=1',
    ]) {
      expect((await ask(`${gate.url}/ereg/newreg.php?${query}`, { headers: NAVIGATION })).status).toBe(400);
    }
  });
});
