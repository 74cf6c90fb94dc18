/** Headers: nothing that a client claims in the gate's or a proxy's name reaches the platform; the stamp that does verifies. */
import { createHmac } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { NAVIGATION } from '../support/http-client.ts';
import { sendRaw } from '../support/raw-http.ts';
import { echo, type RecordingPlatform, startRecordingPlatform } from '../support/recording-platform.ts';
import { fieldOf, fieldsOf, type StrictRequest } from '../support/strict-requests.ts';

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
  'Headgate_Rehearsal: evil',
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
    expect(JSON.stringify(headers)).not.toMatch(/evil|6\.6\.6|"666"/);
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

  test('to be of a rehearsal that is none ends at the gate', async () => {
    const head = ['GET /assets/x HTTP/1.1', 'Host: a.example', 'Headgate-Rehearsal: e.vi.l', '', ''].join(
      '\r\n',
    );
    const { answers } = await sendRaw(gate.url, head);
    expect(answers[0]?.status).toBe(403);
    expect([platform.requests, platform.unfinished()]).toEqual([[], '']);
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
