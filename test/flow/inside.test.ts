/** Inside: forms that outlive a lease, pages that name no room, passes and their budgets, eight places, and the end of a session. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { ask, visitor } from '../support/http-client.ts';
import { claimsOf, roomAt, untilAnswered } from '../support/room-client.ts';
import { type SmallPlatform, startSmallPlatform } from '../support/small-platform.ts';

let platform: SmallPlatform;
let gate: GatewayProcess;

beforeAll(async () => {
  platform = await startSmallPlatform();
  gate = await startGateway({
    config: `
upstreams: { platform: { targets: ["${platform.url}"] } }
passes: { bind: agent, requestsPerMinute: 30 }
rooms:
  "e-{event}": { limits: { sessions: 1, submitReserve: 0 } }
  e-quick: { limits: { sessions: 2, submitReserve: 1 }, session: { idleSeconds: 1, submitGraceSeconds: 600 } }
  e-strict: { limits: { sessions: 1, submitReserve: 0 }, session: { idleSeconds: 1, submitGraceSeconds: 1 } }
  e-short: { limits: { sessions: 1, submitReserve: 0 }, session: { idleSeconds: 2, maxSeconds: 2 } }
  e-over: { state: ended }
  site: {}
rules: [{ name: events, match: { path: /ereg/*, query: { eventid: "{event}" } }, room: "e-{event}" }]
default: { room: site, upstream: platform }
`,
  });
});

const event = (id: string) => `/ereg/newreg.php?eventid=${id}`;
const room = (id: string) => roomAt(gate.url, `e-${id}`);
const passOf = (person: ReturnType<typeof visitor>, id: string) =>
  claimsOf(person.jar.get(`hg_p_e-${id}`) as string);

async function enter(id: string, extra: Record<string, string> = {}) {
  const person = visitor(gate.url, extra);
  const page = await person.open(event(id));
  expect(page.state).toBe('admitted');
  return { person, page };
}

/** Waits for a slot that becomes free, as the gate's own tick sees it. */
async function untilLapsed(id: string) {
  const next = visitor(gate.url);
  await untilAnswered(() => next.open(event(id)), 'admitted');
  return next;
}

describe('a filled form', () => {
  it('goes ahead of the line after the lease has lapsed, with the same session, into the reserve', async () => {
    const { person } = await enter('quick');
    const session = passOf(person, 'quick').jti;
    await untilLapsed('quick');
    const line = [visitor(gate.url), visitor(gate.url)];
    for (const waiting of line) expect((await waiting.open(event('quick'))).state).toBe('waiting');
    const sent = await person.post('/ereg/step/2');
    expect([sent.status, sent.state, sent.json().method]).toEqual([200, 'admitted', 'POST']);
    expect(passOf(person, 'quick').jti).toBe(session);
    expect((await person.open('/ereg/step/3')).state).toBe('admitted');
  });

  it('beyond the grace is told plainly that nothing was sent, and the platform hears nothing of it', async () => {
    const { person } = await enter('strict');
    const holder = await untilLapsed('strict');
    // The slot is taken and taken again until the first visitor's grace is surely over.
    const graceMs = 2_500;
    for (const until = Date.now() + graceMs; Date.now() < until; ) {
      await holder.open(event('strict'));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect((await visitor(gate.url).open(event('strict'))).state).toBe('waiting');
    const before = platform.seen.filter((line) => line.startsWith('POST')).length;
    const told = await person.post(event('strict'));
    expect([told.status, told.state]).toEqual([200, 'waiting']);
    expect(told.text).toMatch(/nothing was sent/i);
    const program = await person.send(event('strict'), {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect([program.status, program.state]).toEqual([503, 'waiting']);
    expect(platform.seen.filter((line) => line.startsWith('POST')).length).toBe(before);
  });
});

describe('a session', () => {
  it('ends by its maximum, however active, and the next in line gets its slot', async () => {
    const { person, page } = await enter('short');
    expect(Date.parse(page.headers['headgate-session-expires'] as string)).toBeLessThanOrEqual(
      Date.now() + 2_100,
    );
    const next = visitor(gate.url);
    expect((await next.open(event('short'))).state).toBe('waiting');
    await untilAnswered(() => person.open(event('short')), 'waiting');
    await untilAnswered(() => next.open(event('short')), 'admitted');
    expect((await room('short').placeOf(person)).number).toBe(3);
  });

  it('is told until when it lasts, and lasts longer by keepalive', async () => {
    const { person, page } = await enter('kept');
    const expires = (reply: typeof page) => Date.parse(reply.headers['headgate-session-expires'] as string);
    expect(expires(page)).toBeGreaterThan(Date.now() + 600_000);
    const kept = await person.send(`${room('kept').path}/keepalive`, { method: 'POST' });
    expect([kept.status, kept.state, kept.setCookies.length]).toEqual([204, 'admitted', 1]);
    expect(expires(kept)).toBeGreaterThanOrEqual(expires(page));
    expect((await person.open(event('kept'))).state).toBe('admitted');
  });

  it('ends when the platform says so, and with a first answer that fails the ticket stays good', async () => {
    const first = visitor(gate.url);
    expect(
      (await first.open(`${event('told')}&header=headgate-session:end`)).headers['headgate-session'],
    ).toBeUndefined();
    const second = visitor(gate.url);
    const failed = await second.open(`${event('told')}&status=500`);
    expect([failed.status, failed.setCookies]).toEqual([500, []]);
    const program = await room('told').join();
    const headers = { 'headgate-ticket': program.ticket };
    expect(program.state).toBe('called');
    const broken = await ask(`${gate.url}${event('told')}&status=503`, { headers });
    expect([broken.status, broken.headers['headgate-pass']]).toEqual([503, undefined]);
    const good = await ask(`${gate.url}${event('told')}`, { headers });
    expect([good.status, good.state]).toEqual([200, 'admitted']);
    expect(claimsOf(String(good.headers['headgate-pass'])).jti).toBe(claimsOf(program.ticket).jti);
  });
});

describe('staying in the room', () => {
  it('pages that name no event join exactly one line, and stay in the room of the pass that was last used', async () => {
    const { person } = await enter('one');
    for (const step of [2, 3, 4, 5]) {
      expect((await person.open(`/ereg/step/${step}`)).state).toBe('admitted');
      expect((await person.post(`/ereg/step/${step}`)).state).toBe('admitted');
    }
    expect([...person.jar.keys()]).toEqual(['hg_p_e-one']);
    expect((await person.open(event('two'))).state).toBe('admitted');
    await expectRoom(() => person.open('/ereg/step/2'), 'e-two');
    expect((await person.open(event('one'))).state).toBe('admitted');
    await expectRoom(() => person.open('/ereg/step/2'), 'e-one');
    expect([...person.jar.keys()].sort()).toEqual(['hg_p_e-one', 'hg_p_e-two']);
    // Somebody without a pass falls to the default room.
    await expectRoom(() => visitor(gate.url).open('/ereg/step/2'), 'site');
  });

  /** The stamp that the platform gets names the room. */
  async function expectRoom(send: () => ReturnType<ReturnType<typeof visitor>['open']>, name: string) {
    const { headers } = (await send()).json<{ headers: Record<string, string> }>();
    expect(headers['headgate-stamp']?.split('.')[2]).toBe(name);
  }
});

describe('a pass', () => {
  it('is worth nothing under another agent, where it is bound to the agent', async () => {
    const { person } = await enter('bound', { 'user-agent': 'Mozilla/5.0 (one)' });
    expect((await visitor(gate.url).open(event('bound'))).state).toBe('waiting');
    const cookie = `hg_p_e-bound=${person.jar.get('hg_p_e-bound')}`;
    const other = await ask(gate.url + event('bound'), { headers: { cookie, 'user-agent': 'curl/8' } });
    expect([other.status, other.state]).toEqual([503, 'waiting']);
    expect((await person.open(event('bound'))).state).toBe('admitted');
  });

  it('has a budget of requests: above it 429 for that pass alone', async () => {
    const { person } = await enter('busy');
    const { person: calm } = await enter('calm');
    const replies = await Promise.all(Array.from({ length: 60 }, () => person.send(event('busy'))));
    const counts = Map.groupBy(replies, ({ status }) => status);
    expect([...counts.keys()].sort()).toEqual([200, 429]);
    // 30 at once, and what a minute earns back meanwhile.
    expect(counts.get(200)?.length).toBeGreaterThanOrEqual(30);
    expect(counts.get(200)?.length).toBeLessThan(45);
    const [over] = counts.get(429) as typeof replies;
    expect([over?.state, over?.json().code, over?.setCookies]).toEqual(['refused', 'HG_PASS_BUDGET', []]);
    expect(Number(over?.headers['retry-after'])).toBeGreaterThan(0);
    expect((await calm.open(event('calm'))).state).toBe('admitted');
    const page = await person.open(event('busy'));
    expect([page.status, page.headers['content-type']]).toEqual([429, expect.stringContaining('text/html')]);
  });
});

describe('eight places', () => {
  it('the ninth asks which to give up, a place that was given up makes room, and dead cookies go first', async () => {
    const holders = Array.from({ length: 9 }, (_, i) => `m${i}`);
    for (const id of holders) await enter(id);
    const collector = visitor(gate.url);
    for (const id of holders.slice(0, 8)) expect((await collector.open(event(id))).state).toBe('waiting');
    expect(collector.jar.size).toBe(8);
    const ninth = await collector.open(event('m8'));
    expect([ninth.status, ninth.state, ninth.setCookies]).toEqual([409, 'refused', []]);
    for (const id of holders.slice(0, 8)) expect(ninth.text).toContain(`e-${id}`);
    for (const id of holders.slice(0, 8)) expect((await room(id).placeOf(collector)).state).toBe('waiting');
    await room('m3').leaveAs(collector);
    expect((await collector.open(event('m8'))).state).toBe('waiting');
    expect([...collector.jar.keys()].sort()).toEqual(
      holders.filter((id) => id !== 'm3').map((id) => `hg_t_e-${id}`),
    );
    // Cookies of a room that has ended, or of none that lives, make place by themselves.
    collector.jar.delete('hg_t_e-m5');
    collector.jar.set('hg_t_e-over', 'whatever');
    expect((await collector.open(event('m3'))).state).toBe('waiting');
    expect([...collector.jar.keys()].sort()).toEqual(
      holders.filter((id) => id !== 'm5').map((id) => `hg_t_e-${id}`),
    );
  });
});
