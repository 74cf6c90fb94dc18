/** What the platform answers: its own words to its visitors pass, its words to the gate do not, and nothing of a place travels on a failure. */
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { ask, cookiesOf, visitor } from '../support/http-client.ts';
import { headerOf } from '../support/raw-answers.ts';
import { sendRaw } from '../support/raw-http.ts';
import {
  echo,
  type RecordingPlatform,
  respond,
  startRecordingPlatform,
} from '../support/recording-platform.ts';

const ROOM = '/.headgate/rooms';

let platform: RecordingPlatform;
let gate: GatewayProcess;

beforeAll(async () => {
  platform = await startRecordingPlatform();
  gate = await startGateway({
    config: `
upstreams: { platform: { targets: ["${platform.url}"] } }
rooms: { "event-{eventid}": { limits: { sessions: 1 } }, platform: {} }
rules: [{ name: event, match: { path: /ereg/*, query: { eventid: "{eventid}" } }, room: "event-{eventid}" }]
default: { room: platform, upstream: platform }
`,
  });
});

beforeEach(() => {
  platform.answer = echo;
});

let events = 0;
/** Of an event that nobody has asked for before. */
const newEvent = () => {
  const name = `h${++events}`;
  return { name, path: `/ereg/newreg.php?eventid=${name}`, room: `${ROOM}/event-${name}` };
};

describe('what the platform answers', () => {
  test('its cookies pass, each as it was set, beside the gate’s own', async () => {
    const { path } = newEvent();
    const cookies = [
      'sid=1; Path=/; HttpOnly',
      'lang=de; Max-Age=60',
      'empty=; Expires=Thu, 01 Jan 1970 00:00:00 GMT',
    ];
    platform.answer = () =>
      respond(
        200,
        cookies.map((cookie) => `set-cookie: ${cookie}`),
        'in',
      );
    const reply = await visitor(gate.url).open(path);
    expect(reply.state).toBe('admitted');
    expect(reply.setCookies.filter((cookie) => !/^hg_[tp]_/.test(cookie))).toEqual(cookies);
    expect(reply.setCookies.some((cookie) => cookie.startsWith('hg_p_'))).toBe(true);
    expect(reply.headers['cache-control']).toBe('private, no-store');
  });

  test('its words to the gate are heard and removed', async () => {
    const { path, room } = newEvent();
    const words = [
      'headgate-session: end',
      'Headgate-Seats: 17',
      'headgate-build: b1',
      'Headgate-Else: x',
      'headgate_session: end',
    ];
    platform.answer = () => respond(200, words, 'bye');
    const first = visitor(gate.url);
    const reply = await first.open(path);
    const ours = ['headgate-state', 'headgate-request-id', 'headgate-session-expires'];
    const left = Object.keys(reply.headers).filter(
      (name) => /^headgate[-_]/.test(name) && !ours.includes(name),
    );
    expect(left).toEqual([]);
    platform.answer = echo;
    // The one session has ended at once, so the next visitor is inside.
    expect((await visitor(gate.url).open(path)).state).toBe('admitted');
    await expect.poll(async () => (await ask(`${gate.url}${room}/status`)).json().seatsLeft).toBe(17);
  });

  test('a platform cannot hand out a place: its headgate-pass and headgate-ticket are removed', async () => {
    const { path } = newEvent();
    platform.answer = () =>
      respond(200, ['headgate-pass: forged', 'headgate-ticket: forged', 'headgate-state: bypassed'], 'in');
    const reply = await visitor(gate.url).open(path);
    expect([reply.headers['headgate-pass'], reply.headers['headgate-ticket'], reply.state]).toEqual([
      undefined,
      undefined,
      'admitted',
    ]);
  });
});

describe('on a failure of the platform', () => {
  const nothingOfAPlace = (reply: Awaited<ReturnType<typeof ask>>) => {
    expect(reply.setCookies.filter((cookie) => /^hg_/.test(cookie))).toEqual([]);
    expect(
      Object.keys(reply.headers).filter((name) => /^headgate-(pass|ticket|number|session)/.test(name)),
    ).toEqual([]);
    expect(JSON.stringify(reply.headers)).not.toMatch(/eyJ/);
  };

  test.each([500, 502, 503, 504])(
    '%i: a newcomer gets no cookie and burns nothing, and the slot is free at once',
    async (status) => {
      const { path, room } = newEvent();
      platform.answer = () => respond(status, ['set-cookie: sid=1'], 'broken');
      const newcomer = visitor(gate.url);
      const reply = await newcomer.open(path);
      expect([reply.status, reply.text, reply.setCookies]).toEqual([status, 'broken', ['sid=1']]);
      nothingOfAPlace(reply);
      platform.answer = echo;
      const next = await visitor(gate.url).open(path);
      expect(next.state).toBe('admitted');
      // Somebody is inside now: the newcomer waits as anybody would.
      expect((await newcomer.open(path)).state).toBe('waiting');
      expect((await newcomer.send(`${room}/ticket`)).json().position).toBe(1);
    },
  );

  test.each([500, 503])(
    '%i: a visitor who was called keeps the ticket, and gets in with it',
    async (status) => {
      const { path, room } = newEvent();
      const first = visitor(gate.url);
      expect((await first.open(path)).state).toBe('admitted');
      const second = visitor(gate.url);
      expect((await second.open(path)).state).toBe('waiting');
      const { number } = (await second.send(`${room}/ticket`)).json();
      expect((await first.send(`${room}/leave`, { method: 'POST' })).status).toBe(204);
      await expect.poll(async () => (await second.send(`${room}/ticket`)).json().state).toBe('called');
      platform.answer = () => respond(status, [], 'broken');
      const refused = await second.open(path);
      expect(refused.status).toBe(status);
      nothingOfAPlace(refused);
      expect((await second.send(`${room}/ticket`)).json().number).toBe(number);
      platform.answer = echo;
      await expect.poll(async () => (await second.open(path)).state, { interval: 500 }).toBe('admitted');
    },
  );

  test('a program’s ticket is kept as well, and no pass comes with the failure', async () => {
    const { path, room } = newEvent();
    const { ticket } = (await ask(`${gate.url}${room}/tickets`, { method: 'POST' })).json<{
      ticket: string;
    }>();
    platform.answer = () => respond(503, ['retry-after: 7'], 'broken');
    const refused = await ask(gate.url + path, { headers: { 'headgate-ticket': ticket } });
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '7']);
    nothingOfAPlace(refused);
    platform.answer = echo;
    const inside = await ask(gate.url + path, { headers: { 'headgate-ticket': ticket } });
    expect(inside.state).toBe('admitted');
    expect(inside.headers['headgate-pass']).toBeDefined();
  });

  test('a visitor inside stays inside', async () => {
    const { path } = newEvent();
    const inside = visitor(gate.url);
    expect((await inside.open(path)).state).toBe('admitted');
    platform.answer = () => respond(500, [], 'broken');
    const failed = await inside.open(path);
    expect([failed.status, failed.setCookies]).toEqual([500, []]);
    platform.answer = echo;
    expect((await inside.open(path)).state).toBe('admitted');
  });

  test('a platform that breaks off makes a 502 page without a cookie', async () => {
    const { path } = newEvent();
    platform.answer = () => 'not http at all\r\n\r\n';
    const reply = await visitor(gate.url).open(path);
    expect([reply.status, reply.state]).toEqual([502, 'failed']);
    nothingOfAPlace(reply);
    expect(cookiesOf(reply)).toBe('');
    platform.answer = echo;
    expect((await visitor(gate.url).open(path)).state).toBe('admitted');
  });

  test('what is told to programs in line is a 503 that carries nothing', async () => {
    const { path } = newEvent();
    for (const state of ['admitted', 'waiting'])
      expect((await visitor(gate.url).open(path)).state).toBe(state);
    const { answers } = await sendRaw(
      gate.url,
      `GET ${path} HTTP/1.1\r\nHost: h\r\nAccept: application/json\r\n\r\n`,
    );
    expect(answers[0]?.status).toBe(503);
    expect(headerOf(answers[0]!, 'set-cookie')).toBeUndefined();
    expect(answers[0]!.headers.map(([name]) => name)).not.toContain('headgate-ticket');
    expect(String(answers[0]!.body)).not.toMatch(/eyJ/);
  });
});
