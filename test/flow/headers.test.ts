/** Headers: nothing that a client claims in the gate's or a proxy's name reaches the platform, and nothing of a visitor's place travels on a failure. */
import { createHmac } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { ask, cookiesOf, NAVIGATION, visitor } from '../support/http-client.ts';
import { headerOf } from '../support/raw-answers.ts';
import { sendRaw } from '../support/raw-http.ts';
import {
  echo,
  type RecordingPlatform,
  respond,
  startRecordingPlatform,
} from '../support/recording-platform.ts';
import { fieldOf, fieldsOf, type StrictRequest } from '../support/strict-requests.ts';

const ROOM = '/.headgate/rooms';

let platform: RecordingPlatform;
let gate: GatewayProcess;
let behindProxy: GatewayProcess;

const config = (more = '') => `
${more}
upstreams: { platform: { targets: ["${platform.url}"] } }
rooms:
  "event-{eventid}": { limits: { sessions: 1 } }
  platform: {}
rules:
  - { name: assets, match: { path: /assets/* }, action: bypass, class: asset }
  - { name: event, match: { path: /ereg/*, query: { eventid: "{eventid}" } }, room: "event-{eventid}" }
default: { room: platform, upstream: platform }
`;

beforeAll(async () => {
  platform = await startRecordingPlatform();
  gate = await startGateway({ config: config() });
  behindProxy = await startGateway({ config: config('listen: { trustedProxies: [127.0.0.0/8] }') });
});

beforeEach(() => {
  platform.forget();
  platform.answer = echo;
});

let events = 0;
/** Of an event that nobody has asked for before. */
const newEvent = () => {
  const name = `h${++events}`;
  return { name, path: `/ereg/newreg.php?eventid=${name}`, room: `${ROOM}/event-${name}` };
};

/** What the platform saw of a request with these header lines. */
async function seenOf(lines: readonly string[], to = gate): Promise<StrictRequest> {
  platform.forget();
  const head = ['GET /assets/x HTTP/1.1', 'Host: register.example.com', ...lines, '', ''].join('\r\n');
  const { answers } = await sendRaw(to.url, head);
  expect(answers[0]?.status).toBe(200);
  expect(platform.faults).toEqual([]);
  expect(platform.requests).toHaveLength(1);
  return platform.requests[0]!;
}

const SPOOFS = [
  'Headgate-Stamp: v1.1.x.staff.k.evil',
  'headgate-stamp: v1.2.x.staff.k.evil',
  'HEADGATE-SESSION: evil',
  'Headgate-Pass: evil',
  'Headgate-Ticket: evil',
  'Headgate-Rehearsal: evil',
  'Headgate-Anything: evil',
  'Headgate_Stamp: evil',
  'headgate_session: evil',
  'X-Forwarded-For: 6.6.6.6, evil',
  'X-Forwarded-For: 6.6.6.7',
  'X-Forwarded-Host: evil',
  'X-Forwarded-Proto: evil',
  'X-Forwarded-Port: 666',
  'X-Forwarded-Server: evil',
  'X-Forwarded-Prefix: /evil',
  'X-Forwarded-Ssl: evil',
  'X-Forwarded-Anything: evil',
  'X_Forwarded_For: evil',
  'X-Forwarded_For: evil',
  'Forwarded: for=evil;proto=evil',
  'X-Real-IP: evil',
  'X-Original-URL: /evil',
  'X-Rewrite-URL: /evil',
  'X-Client-IP: evil',
  'True-Client-IP: evil',
  'CF-Connecting-IP: evil',
  'X-Request-Id: evil',
  'X_Request_Id: evil',
  'Proxy-Connection: evil',
  'Keep-Alive: timeout=evil',
  'TE: evil',
  'Trailer: evil',
  'Proxy-Authorization: evil',
  'Proxy: http://evil',
  'HTTP2-Settings: evil',
];

describe('what a client claims', () => {
  test.each(SPOOFS)('%s never reaches the platform', async (line) => {
    const { headers } = await seenOf([line, 'X-Innocent: stays']);
    expect(JSON.stringify(headers)).not.toMatch(/evil|6\.6\.6|666/);
    expect(headers).toContainEqual(['x-innocent', 'stays']);
  });

  test('all of it at once leaves one of each header that the gate adds, and these are true', async () => {
    const request = await seenOf(SPOOFS);
    const names = request.headers.map(([name]) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => name.includes('_'))).toEqual([]);
    expect(request.headers).toEqual(
      expect.arrayContaining([
        ['host', 'register.example.com'],
        ['x-forwarded-for', '127.0.0.1'],
        ['x-forwarded-host', 'register.example.com'],
        ['x-forwarded-proto', 'http'],
        ['x-forwarded-port', '80'],
        ['forwarded', 'for=127.0.0.1;host="register.example.com";proto=http'],
      ]),
    );
  });

  const NAMED = [
    'x-secret',
    'cookie',
    'host',
    'headgate-stamp',
    'x-forwarded-for',
    'forwarded',
    'x-request-id',
    'content-length',
  ];
  test.each(NAMED)(
    'naming %s in Connection drops the client’s own header of that name, and none of the gate’s',
    async (name) => {
      const plain = await seenOf(['X-Innocent: stays']);
      const own = name === 'content-length' || name === 'host' ? [] : [`${name}: evil=1`];
      const request = await seenOf([
        `Connection: close, ${name}, ${name.toUpperCase()}`,
        ...own,
        'X-Innocent: stays',
      ]);
      const names = ({ headers }: StrictRequest) => headers.map(([field]) => field);
      expect(names(request)).toEqual(names(plain));
      expect(JSON.stringify(request.headers)).not.toContain('evil');
    },
  );

  test('a proxy that is trusted is believed: its lists are extended, and the visitor is who it names', async () => {
    const request = await seenOf(
      [
        'X-Forwarded-For: 203.0.113.7',
        'X-Forwarded-Proto: https',
        'Forwarded: for=203.0.113.7;proto=https',
        'X-Forwarded-Prefix: /p',
      ],
      behindProxy,
    );
    expect(fieldsOf(request, 'x-forwarded-for')).toEqual(['203.0.113.7, 127.0.0.1']);
    expect(fieldsOf(request, 'x-forwarded-proto')).toEqual(['https']);
    expect(fieldsOf(request, 'x-forwarded-port')).toEqual(['443']);
    expect(fieldsOf(request, 'x-forwarded-prefix')).toEqual(['/p']);
    expect(fieldOf(request, 'forwarded')).toMatch(/^for=203\.0\.113\.7;proto=https, for=127\.0\.0\.1;/);
  });

  test('behind it the gate’s own names are no more believed than elsewhere', async () => {
    const { headers } = await seenOf(
      ['Headgate-Stamp: evil', 'Headgate_Stamp: evil', 'X_Forwarded_For: evil', 'X-Request-Id: evil'],
      behindProxy,
    );
    expect(JSON.stringify(headers)).not.toContain('evil');
  });
});

describe('the gate’s cookies', () => {
  const OURS = 'hg_t_event-4711=evil';
  test.each([
    ['alone', [`Cookie: ${OURS}`], []],
    ['first', [`Cookie: ${OURS}; a=b`], ['a=b']],
    ['in the middle', [`Cookie: a=b; ${OURS}; c=d`], ['a=b; c=d']],
    ['last', [`Cookie: a=b; hg_p_event-4711=evil`], ['a=b']],
    ['without blanks', [`Cookie: a=b;${OURS};c=d`], ['a=b; c=d']],
    ['between odd blanks', [`Cookie:   a=b ;\t ${OURS}\t ;   c=d  `], ['a=b; c=d']],
    ['quoted', ['Cookie: hg_t_event-4711="evil"; a="b c"'], ['a="b c"']],
    ['twice', [`Cookie: ${OURS}; ${OURS}; a=b`], ['a=b']],
    ['in two headers', [`Cookie: a=b; ${OURS}`, `cookie: hg_p_x=evil; c=d`], ['a=b', 'c=d']],
    ['in a header of its own', [`COOKIE: ${OURS}`, 'Cookie: a=b'], ['a=b']],
    ['without a value', ['Cookie: hg_t_event-4711; a=b; hg_p_='], ['a=b']],
    ['with a blank before the sign', ['Cookie: hg_t_event-4711 =evil; a=b'], ['a=b']],
    ['of a room that is none', ['Cookie: hg_t_../../evil=evil; a=b'], ['a=b']],
    ['behind empty pairs', [`Cookie: ;;; ${OURS};; ;a=b`], ['a=b']],
  ])('%s never reach the platform, and all others do', async (_, lines, kept) => {
    const request = await seenOf(lines);
    expect(JSON.stringify(request.headers)).not.toMatch(/evil|hg_[tp]_/);
    expect(fieldsOf(request, 'cookie').join('; ').replace(/;\s+/g, '; ').replace(/ ;/g, ';')).toBe(
      kept.join('; '),
    );
  });

  test('cookies of the platform that only look like them stay', async () => {
    const cookies = 'hg_theme=dark; xhg_t_a=1; HG_T_A=2; hg_tx=3';
    expect(fieldsOf(await seenOf([`Cookie: ${cookies}`]), 'cookie')).toEqual([cookies]);
  });
});

describe('the stamp', () => {
  async function stampKey(): Promise<{ kid: string; secret: Buffer }> {
    const folder = join(gate.data, 'keys');
    const file = (await readdir(folder)).find((name) => name.endsWith('.stamp.jwk'))!;
    const { k } = JSON.parse(await readFile(join(folder, file), 'utf8')) as { k: string };
    return { kid: file.split('.')[0]!, secret: Buffer.from(k, 'base64url') };
  }

  test.each([
    ['a bypassed GET', 'GET', '/assets/a.css?v=1&w=%20', '-', 'asset'],
    ['a path that was spelt otherwise', 'GET', '/assets/./a//%62', '-', 'asset', '/assets/a/b'],
    ['an admitted navigation', 'GET', '/ereg/newreg.php?eventid=stamp', 'event-stamp', 'registration'],
    ['a post to the default room', 'POST', '/x', 'platform', 'registration'],
  ])('of %s verifies by the formula', async (_, method, target, room, trafficClass, sent = target) => {
    const headers = Object.entries(NAVIGATION)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('');
    await sendRaw(
      gate.url,
      `${method} ${target} HTTP/1.1\r\nHost: Register.Example.com:8080\r\n${headers}Content-Length: 0\r\n\r\n`,
    );
    const request = platform.requests[0]!;
    const [version, seconds, stampRoom, stampClass, kid, mac, ...more] = fieldOf(
      request,
      'headgate-stamp',
    )!.split('.');
    const key = await stampKey();
    expect([version, stampRoom, stampClass, kid, more]).toEqual(['v1', room, trafficClass, key.kid, []]);
    expect(Math.abs(Number(seconds) - Date.now() / 1_000)).toBeLessThan(300);
    expect([request.method, request.target, fieldOf(request, 'host')]).toEqual([
      method,
      sent,
      'register.example.com:8080',
    ]);
    const text = `v1\n${seconds}\n${room}\n${trafficClass}\n${method}\nregister.example.com:8080\n${sent}`;
    expect(mac).toBe(createHmac('sha256', key.secret).update(text).digest('base64url'));
  });
});

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
      await expect
        .poll(async () => (await second.send(`${room}/ticket`)).json().state, { timeout: 20_000 })
        .toBe('called');
      platform.answer = () => respond(status, [], 'broken');
      const refused = await second.open(path);
      expect(refused.status).toBe(status);
      nothingOfAPlace(refused);
      expect((await second.send(`${room}/ticket`)).json().number).toBe(number);
      platform.answer = echo;
      await expect
        .poll(async () => (await second.open(path)).state, { timeout: 20_000, interval: 500 })
        .toBe('admitted');
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
