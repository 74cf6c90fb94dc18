/** The price of a place through a real gate: later lanes, proofs, bounds; by POST, by navigation, and in a browser with and without JavaScript. */
import type { Browser } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { browserVisitor, startBrowser } from '../support/browser.ts';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { ask, cookiesOf, NAVIGATION, type Reply } from '../support/http-client.ts';
import { type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts';
import { solve } from '../support/solve-proof.ts';

let platform: PlatformProcess;
let gate: GatewayProcess;
let browser: Browser;

const SLOTS = 40;
/** Networks that crowd the others out, and how often each asks. */
const CROWD = { networks: 10, asks: 15 };

const configOf = (joins: string) => `
listen: { trustedProxies: [127.0.0.1/32] }
upstreams: { platform: { targets: ["${platform.url}"] } }
rooms:
  "event-{eventid}": { limits: { sessions: ${SLOTS} } }
  platform: {}
rules: [{ name: event, match: { path: /ereg/*, query: { eventid: "{eventid}" } }, room: "event-{eventid}" }]
default: { room: platform, upstream: platform }
protection: { joins: ${joins} }
`;

beforeAll(async () => {
  platform = await startPlatformProcess({ integrated: true });
  [gate, browser] = await Promise.all([
    // One number a second is free: however long the asking takes here, it is faster.
    startGateway({
      config: configOf('{ perClientPerMinute: 60, proofOfWork: { leastBits: 10, mostBits: 16 } }'),
    }),
    startBrowser(),
  ]);
});

const from = (address: string) => ({ 'x-forwarded-for': address });
const page = (event: string) => `/ereg/newreg.php?eventid=${event}`;
const room = (event: string) => `/.headgate/rooms/event-${event}`;
const join = (event: string, address: string, headers: Record<string, string> = {}) =>
  ask(`${gate.url}${room(event)}/tickets`, { method: 'POST', headers: { ...from(address), ...headers } });
const open = (event: string, address: string, cookie = '') =>
  ask(gate.url + page(event), {
    headers: { ...NAVIGATION, ...from(address), ...(cookie === '' ? {} : { cookie }) },
  });

/** All slots are taken, and ten networks ask again and again. */
async function crowd(event: string): Promise<Reply[]> {
  const inside = await Promise.all(
    Array.from({ length: SLOTS }, (_, at) => open(event, `198.51.100.${at + 100}`)),
  );
  expect(inside.map(({ state }) => state)).toEqual(Array(SLOTS).fill('admitted'));
  const asks = Array.from({ length: CROWD.networks * CROWD.asks }, (_, at) =>
    join(event, `203.0.113.${at % CROWD.networks}`),
  );
  for (const answer of await Promise.all(asks)) expect(answer.status).toBe(201);
  return inside;
}

const leave = (event: string, inside: Reply) =>
  ask(`${gate.url}${room(event)}/leave`, { method: 'POST', headers: { cookie: cookiesOf(inside) } });

async function lanesOf(event: string) {
  const status = await ask(`${gate.url}${room(event)}/status`);
  return status.json<{ lanes: Record<string, { issued: number; serving: number }> }>().lanes;
}

describe.concurrent('a crowded room', () => {
  it('gives what few networks ask for in the later lanes, and everybody else in the first', async () => {
    await crowd('1');
    const lanes = await lanesOf('1');
    expect(lanes.default?.issued).toBeLessThanOrEqual(SLOTS + CROWD.networks * 6);
    expect((lanes.later?.issued ?? 0) + (lanes.last?.issued ?? 0)).toBeGreaterThanOrEqual(
      CROWD.networks * (CROWD.asks - 6),
    );
    const person = (await join('1', '198.51.100.1')).json();
    const [personNumber, nextNumber] = [person.number, (await join('1', '198.51.100.2')).json().number];
    expect([person.proof, nextNumber]).toEqual([undefined, (personNumber as number) + 1]);
    // A room where nobody joined one shows no later lane.
    await join('2', '198.51.100.1');
    expect(Object.keys(await lanesOf('2'))).toEqual(['default']);
  });

  it('exchanges a place in a later lane for a proof, once; the old place is given up', async () => {
    await crowd('3');
    const late = (await join('3', '203.0.113.1')).json<Joined>();
    expect(late.lane).toBe('later');
    expect(late.proof.challenge).toMatch(new RegExp(`^${late.proof.bits}\\.`));
    const before = (await join('3', '198.51.100.1')).json<Joined>().number;
    const proof = solve(late.proof.challenge);
    const proved = await join('3', '203.0.113.1', {
      'headgate-ticket': late.ticket,
      'headgate-proof': proof,
    });
    expect([proved.status, proved.json().number, proved.json().proof]).toEqual([201, before + 1, undefined]);
    const again = await join('3', '203.0.113.1', { 'headgate-ticket': late.ticket, 'headgate-proof': proof });
    // Another's proof is worth nothing either, and costs the place nothing.
    const other = (await join('3', '203.0.113.2')).json<Joined>();
    const stolen = await join('3', '203.0.113.2', {
      'headgate-ticket': other.ticket,
      'headgate-proof': proof,
    });
    expect([stolen.status, stolen.json().number, stolen.json().lane]).toEqual([
      200,
      other.number,
      other.lane,
    ]);
    expect((await join('3', '198.51.100.2')).json().number).toBe(before + 2);
    expect(again.json().ticket).not.toBe(proved.json().ticket);
    const ticket = await ask(`${gate.url}${room('3')}/ticket`, {
      headers: { 'headgate-ticket': proved.json().ticket as string },
    });
    expect(ticket.json()).toMatchObject({ lane: 'default', state: 'waiting' });
  });

  it('takes a visitor with JavaScript into the first lane, for a work that the page does', async () => {
    await crowd('4');
    const visitor = await browserVisitor(browser, { extraHTTPHeaders: from('203.0.113.3') });
    await visitor.page.goto(gate.url + page('4'));
    await visitor.page.waitForSelector('meta[name="headgate-proof"]', { state: 'detached' });
    await visitor.page.waitForSelector('h1');
    const place = await visitor.page.evaluate(`fetch('${room('4')}/ticket').then((answer) => answer.json())`);
    expect(place).toMatchObject({ lane: 'default', state: 'waiting' });
    expect(visitor.requests.filter((url) => url.endsWith('/tickets'))).toHaveLength(1);
    expect(visitor.complaints).toEqual([]);
  });

  it('keeps a visitor without JavaScript in a later lane, and lets the visitor in when it is time', async () => {
    const inside = await crowd('5');
    const visitor = await browserVisitor(browser, {
      javaScriptEnabled: false,
      extraHTTPHeaders: from('203.0.113.3'),
    });
    await visitor.page.goto(gate.url + page('5'));
    expect(await visitor.page.locator('h1').textContent()).toBe('You are in line');
    expect(await visitor.page.locator('meta[name="headgate-proof"]').count()).toBe(1);
    const cookie = [...(await visitor.gateCookies())].map((pair) => pair.join('=')).join('; ');
    const held = () => open('5', '203.0.113.3', cookie);
    expect((await held()).state).toBe('waiting');
    for (const one of inside) expect((await leave('5', one)).status).toBe(204);
    // The bots never come when they are called: all numbers ahead are passed, and nobody takes the slot.
    await visitor.page.getByRole('link', { name: 'Begin' }).waitFor();
    expect((await lanesOf('5')).later?.issued).toBeGreaterThan(0);
  }, 120_000);
});

interface Joined {
  ticket: string;
  number: number;
  lane: string;
  proof: { challenge: string; bits: number };
}

describe('a bound on the numbers of a network', () => {
  it('refuses further ones with 429 and a time; who has a place, and every other network, is not affected', async () => {
    const bounded = await startGateway({ config: configOf('{ perNetworkPerMinute: 3 }') });
    const tickets = (headers: Record<string, string>) =>
      ask(`${bounded.url}${room('6')}/tickets`, { method: 'POST', headers });
    const answers = [];
    for (let at = 0; at < 4; at++) answers.push(await tickets(from(`2001:db8::${at}`)));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 429]);
    const refused = answers[3]!;
    expect(refused.json()).toMatchObject({ code: 'HG_TOO_MANY_NUMBERS', state: 'refused' });
    const seconds = Number(refused.headers['retry-after']);
    expect(seconds).toBeGreaterThan(50);
    expect(seconds).toBeLessThanOrEqual(60);
    const navigation = await ask(bounded.url + page('6'), {
      headers: { ...NAVIGATION, ...from('2001:db8::9') },
    });
    expect([navigation.status, navigation.state, navigation.setCookies]).toEqual([429, 'refused', []]);
    // The visitor is blamed for nothing, and the page asks again by itself.
    expect(navigation.text).toContain('The site is very busy');
    expect(navigation.text).toMatch(/http-equiv="refresh" content="[56]\d;/);
    expect(navigation.text).not.toContain('retryAfterSeconds');
    expect(Number(navigation.headers['retry-after'])).toBeGreaterThan(50);
    const mine = answers[1]!.json().ticket as string;
    expect((await tickets({ ...from('2001:db8::1'), 'headgate-ticket': mine })).status).toBe(200);
    expect((await tickets(from('2001:db8:0:1::1'))).status).toBe(201);
  });
});
