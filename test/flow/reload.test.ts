/** SIGHUP: another configuration without losing a request; a wrong one changes nothing and is told by line and rule. */
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { markedFiles } from '../config/marked-files.ts';
import { startBalancer } from '../support/balancer.ts';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { ask, visitor } from '../support/http-client.ts';
import { reload } from '../support/reload.ts';
import { roomAt, untilAnswered } from '../support/room-client.ts';
import { type SmallPlatform, startSmallPlatform } from '../support/small-platform.ts';

let platform: SmallPlatform;
let second: SmallPlatform;
let gate: GatewayProcess;

interface Parts {
  upstream?: string;
  sessions?: number;
  state?: string;
  title?: string;
  rules?: string;
  more?: string;
  revision?: number;
  graceSeconds?: number;
}

function config(parts: Parts = {}): string {
  const {
    upstream = platform.url,
    sessions = 1,
    state = 'open',
    title = 'First',
    rules = '',
    more = '',
    revision = 1,
    graceSeconds = 600,
  } = parts;
  return `
${more}
revision: ${revision}
drain: { delaySeconds: 0 }
upstreams: { platform: { targets: ["${upstream}"] } }
rooms:
  event: { state: ${state}, limits: { sessions: ${sessions}, submitReserve: 0 }, page: { title: "${title}" } }
  full: { limits: { sessions: 1, submitReserve: 1 }, session: { submitGraceSeconds: ${graceSeconds} } }
  site: { allowance: { inFlight: 1000 } }
rules:
  - { name: event, match: { path: /event/* }, room: event }
${rules}
default: { room: site, upstream: platform }
`;
}

beforeAll(async () => {
  [platform, second] = await Promise.all([startSmallPlatform(), startSmallPlatform()]);
  gate = await startGateway({ config: config() });
});

beforeEach(async () => {
  expect((await reload(gate, config())).msg).toBe('configuration reloaded');
});

describe('a reload', () => {
  it('loses no request under load, whatever it changes', async () => {
    const balancer = await startBalancer({
      gateways: [gate.url],
      lookMs: 100,
      workers: 20,
      path: (n) => (n % 10 === 0 ? '/slow?ms=300' : `/api/${n}`),
    });
    const answered = () => [...balancer.counts.values()].reduce((sum, count) => sum + count, 0);
    const changes: Parts[] = [
      { sessions: 5 },
      { rules: '  - { name: api, match: { path: /api/* }, action: bypass }' },
      { upstream: second.url },
      { state: 'paused', title: 'Second' },
      {},
      { more: 'passes: { requestsPerMinute: 10 }' },
    ];
    for (const change of changes) {
      const before = answered();
      expect(await reload(gate, config(change))).toMatchObject({ msg: 'configuration reloaded' });
      await expect.poll(answered, { interval: 10 }).toBeGreaterThan(before + 40);
    }
    await balancer.stop();
    expect(balancer.failures()).toEqual([]);
    expect(second.seen.length).toBeGreaterThan(0);
  });

  it('is followed by limits, states, titles, rules and targets at once', async () => {
    const people = [1, 2, 3].map(() => visitor(gate.url));
    const states = async () =>
      Promise.all(people.map(async (person) => (await person.open('/event/form')).state));
    for (const person of people) await person.open('/event/form');
    expect(await states()).toEqual(['admitted', 'waiting', 'waiting']);
    expect((await people[1]?.open('/event/form'))?.text).toContain('First');

    await reload(gate, config({ state: 'paused', title: 'Second' }));
    expect(await states()).toEqual(['admitted', 'paused', 'paused']);
    expect((await people[1]?.open('/event/form'))?.text).toContain('Second');

    await reload(gate, config({ sessions: 2, upstream: second.url }));
    await untilAnswered(() => (people[1] as (typeof people)[0]).open('/event/form'), 'admitted');
    expect(await states()).toEqual(['admitted', 'admitted', 'waiting']);
    expect(second.seen.at(-1)).toBe('GET /event/form');

    await reload(gate, config({ rules: '  - { name: late, match: { path: /late/* }, room: event }' }));
    expect((await ask(`${gate.url}/late/x`)).json()).toMatchObject({ room: 'event', state: 'waiting' });
    // The limit is below those inside: nobody is thrown out, and nobody comes in.
    expect(await states()).toEqual(['admitted', 'admitted', 'waiting']);
  });

  it('takes changed content under the same revision number, a higher one, and refuses a lower one by name', async () => {
    const own = await startGateway({ config: config() });
    const stands = async () => {
      const { revision } = (await ask(`${own.metricsUrl}/ready`)).json<{ revision: number }>();
      return [revision, (await roomAt(own.url, 'event').status()).state];
    };
    await reload(own, config({ state: 'paused' }));
    await roomAt(own.url, 'event').untilState('paused');
    await reload(own, config({ revision: 1_000 }));
    await roomAt(own.url, 'event').untilState('open');
    const line = await reload(own, config({ revision: 3, state: 'paused' }));
    expect(line.msg).toContain('not reloaded');
    expect(line.error).toMatch(/revision: 3 .*1000/);
    expect(await stands()).toEqual([1_000, 'open']);
    await own.stop();
  });
});

describe('a reload that cannot be taken keeps the old one in force', () => {
  // The gateway's ports are given by variables here, so its file may say them twice.
  const wrongFiles = markedFiles('wrong').filter(({ name }) => name !== 'two listeners on one port');

  it.each(wrongFiles)('$name', async ({ text, wanted }) => {
    const line = await reload(gate, text);
    expect(line).toMatchObject({
      level: 'error',
      msg: expect.stringContaining('not reloaded, the old one stays in force'),
    });
    expect(line.errors?.map(({ line: at, rule }) => `${at} ${rule}`).sort()).toEqual(wanted);
    expect((await ask(`${gate.url}/api/x`)).state).toBe('allowed');
  });

  it.each([
    { what: 'listen.maxHeaderBytes', more: 'listen: { maxHeaderBytes: 20000 }' },
    { what: 'store.path', more: 'store: { path: ./elsewhere }' },
    { what: 'prefix', more: 'prefix: /.gate' },
    { what: 'keys.path', more: 'keys: { path: ./keys }' },
    { what: 'cookies.prefix', more: 'cookies: { prefix: xx }' },
  ])('a change of $what needs a restart, and is refused by its name', async ({ what, more }) => {
    const line = await reload(gate, config({ more, title: 'Never' }));
    expect(line.msg).toContain('not reloaded');
    expect(line.error).toContain(what);
    expect((await ask(`${gate.url}/.headgate/ready`)).status).toBe(200);
  });

  it('an empty file, one that is gone, one that is no YAML', async () => {
    for (const text of ['', '{', '\0', '[]', 'rooms'])
      expect((await reload(gate, text)).msg).toContain('not reloaded');
    expect((await ask(`${gate.url}/api/x`)).state).toBe('allowed');
  });
});

describe('a rule that moves an address into a full room', () => {
  const MOVED = '  - { name: moved, match: { path: /ereg/* }, room: full }';
  const form = {
    method: 'POST',
    body: 'a=b',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'text/html',
      'sec-fetch-mode': 'navigate',
    },
  };
  const post = (path: string, headers: Record<string, string> = {}) =>
    ask(gate.url + path, { ...form, headers: { ...form.headers, ...headers } });
  const here = () => ({ referer: `${gate.url}/ereg/step/2` });

  it('still takes the forms of people who were there before, also after another reload, and nobody else’s', async () => {
    expect((await post('/ereg/step/2', here())).state).toBe('allowed');
    await reload(gate, config({ rules: MOVED }));
    expect((await visitor(gate.url).open('/ereg/step/1')).state).toBe('waiting');
    await reload(gate, config({ rules: MOVED, title: 'Something else' }));
    const strangers: Record<string, string>[] = [{}, { referer: 'https://elsewhere.example/ereg/step/2' }];
    for (const headers of strangers) {
      const told = await post('/ereg/step/2', headers);
      expect([told.state, told.text.includes('othing was sent')]).toEqual(['waiting', true]);
    }
    const sent = await post('/ereg/step/2', here());
    expect([sent.status, sent.state]).toEqual([200, 'admitted']);
    // The pass carries the visitor through the other pages; the reserve is used up for others.
    const cookie = sent.setCookies
      .map((line) => line.split(';')[0])
      .find((pair) => pair?.startsWith('hg_p_')) as string;
    expect((await post('/ereg/step/3', { cookie })).state).toBe('admitted');
    expect((await post('/ereg/step/2', here())).state).toBe('waiting');
    expect(
      (await ask(`${gate.url}/ereg/step/2`, { headers: { ...here(), accept: 'text/html' } })).state,
    ).toBe('waiting');
    await roomAt(gate.url, 'full').leave({ cookie });
  });

  it('not beyond the room’s grace, however long another room’s is', async () => {
    await reload(gate, config({ rules: MOVED, graceSeconds: 0 }));
    expect((await visitor(gate.url).open('/ereg/step/1')).state).toBe('waiting');
    expect((await post('/ereg/step/2', here())).state).toBe('waiting');
  });
});
