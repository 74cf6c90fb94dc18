/** Tokens that are not the gate's own: refused, never with a failure, and their bearers get a fresh place as anybody would. */
import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign as signBytes,
} from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { ask, cookiesOf, NAVIGATION, type Reply, visitor } from '../support/http-client.ts';
import { headerOf } from '../support/raw-answers.ts';
import { sendRaw } from '../support/raw-http.ts';
import { startRecordingPlatform } from '../support/recording-platform.ts';

const ROOM = 'event-4711';
const PAGE = '/ereg/newreg.php?eventid=4711';
const API = '/api/attendees?eventid=4711';
const NOW = Math.floor(Date.now() / 1_000);

interface Jwk {
  kid: string;
  k?: string;
  d?: string;
  x?: string;
  y?: string;
}

let gate: GatewayProcess;
let ticketKey: Jwk;
let passKey: Jwk;
/** A ticket as the gate itself gave it. */
let ownTicket: string;

beforeAll(async () => {
  const platform = await startRecordingPlatform();
  gate = await startGateway({
    config: `
upstreams: { platform: { targets: ["${platform.url}"] } }
rooms: { "event-{eventid}": { limits: { sessions: 1 } }, platform: {} }
rules:
  - { name: api, match: { path: /api/*, query: { eventid: "{eventid}" } }, room: "event-{eventid}", class: api }
  - { name: event, match: { path: /ereg/*, query: { eventid: "{eventid}" } }, room: "event-{eventid}" }
default: { room: platform, upstream: platform }
`,
  });
  ticketKey = await keyOf('ticket');
  passKey = await keyOf('pass');
  expect((await visitor(gate.url).open(PAGE)).state).toBe('admitted');
  const second = visitor(gate.url);
  expect((await second.open(PAGE)).state).toBe('waiting');
  ownTicket = second.jar.get(`hg_t_${ROOM}`)!;
});

async function keyOf(kind: string): Promise<Jwk> {
  const folder = join(gate.data, 'keys');
  const file = (await readdir(folder)).find((name) => name.endsWith(`.${kind}.jwk`))!;
  return JSON.parse(await readFile(join(folder, file), 'utf8')) as Jwk;
}

const part = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const ticketClaims = () => ({
  iss: 'headgate',
  aud: ROOM,
  jti: 'forged',
  room: ROOM,
  epoch: 1,
  n: 1,
  s: 0,
  lane: 'default',
  iat: NOW,
  exp: NOW + 3_600,
});
const passClaims = () => ({
  iss: 'headgate',
  aud: ROOM,
  jti: 'forged',
  room: ROOM,
  epoch: 1,
  n: 1,
  fence: 0,
  lane: 'default',
  start: NOW * 1_000,
  iat: NOW,
  exp: NOW + 3_600,
});

/** A ticket under the gate's own secret, with whatever header and claims. */
function ticket(
  claims: object = {},
  header: object = {},
  hash = 'sha256',
  secret = Buffer.from(ticketKey.k!, 'base64url'),
): string {
  const signed = `${part({ alg: 'HS256', typ: 'hg-ticket+jwt', kid: ticketKey.kid, ...header })}.${part({ ...ticketClaims(), ...claims })}`;
  return `${signed}.${createHmac(hash, secret).update(signed).digest('base64url')}`;
}

function pass(claims: object = {}, header: object = {}, key: Jwk | null = passKey): string {
  const signed = `${part({ alg: 'ES256', typ: 'hg-pass+jwt', kid: passKey.kid, ...header })}.${part({ ...passClaims(), ...claims })}`;
  const signer =
    key === null
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
      : createPrivateKey({ key: { kty: 'EC', crv: 'P-256', ...key }, format: 'jwk' });
  const signature = signBytes('sha256', Buffer.from(signed), { key: signer, dsaEncoding: 'ieee-p1363' });
  return `${signed}.${signature.toString('base64url')}`;
}

const unsigned = (token: string, signature = '') => `${token.slice(0, token.lastIndexOf('.'))}.${signature}`;
const publicPem = () =>
  createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: passKey.x!, y: passKey.y! }, format: 'jwk' }).export({
    type: 'spki',
    format: 'pem',
  });

const FORGED: ReadonlyArray<[string, 't' | 'p', () => string]> = [
  ['alg none, unsigned', 't', () => unsigned(ticket({}, { alg: 'none' }))],
  ['alg none, signed', 't', () => ticket({}, { alg: 'none' })],
  ['alg None', 't', () => unsigned(ticket({}, { alg: 'None' }), 'x'.repeat(43))],
  ['HS512', 't', () => ticket({}, { alg: 'HS512' }, 'sha512')],
  ['HS384 said to be HS256', 't', () => ticket({}, {}, 'sha384')],
  ['ES256 for a ticket', 't', () => pass(ticketClaims(), { typ: 'hg-ticket+jwt' })],
  ['typ of a pass', 't', () => ticket({}, { typ: 'hg-pass+jwt' })],
  ['typ JWT', 't', () => ticket({}, { typ: 'JWT' })],
  ['no typ', 't', () => ticket({}, { typ: undefined })],
  ['no key id', 't', () => ticket({}, { kid: undefined })],
  ['key id of a path', 't', () => ticket({}, { kid: '../../etc/passwd' })],
  ['another issuer', 't', () => ticket({ iss: 'evil' })],
  ['no issuer', 't', () => ticket({ iss: undefined })],
  ['another audience', 't', () => ticket({ aud: 'event-1' })],
  ['an audience in a list', 't', () => ticket({ aud: [ROOM] })],
  ['another room', 't', () => ticket({ aud: 'event-1', room: 'event-1' })],
  ['a room of the prototype', 't', () => ticket({ aud: '__proto__', room: '__proto__' })],
  ['another epoch', 't', () => ticket({ epoch: 0 })],
  ['an epoch of text', 't', () => ticket({ epoch: '1' })],
  ['a number of zero', 't', () => ticket({ n: 0 })],
  ['a number below zero', 't', () => ticket({ n: -1 })],
  ['a number of half', 't', () => ticket({ n: 0.5 })],
  ['a number of text', 't', () => ticket({ n: '1' })],
  ['no id', 't', () => ticket({ jti: undefined })],
  ['expired', 't', () => ticket({ iat: NOW - 7_200, exp: NOW - 3_600 })],
  ['of the future', 't', () => ticket({ iat: NOW + 3_600, exp: NOW + 7_200 })],
  ['not yet', 't', () => ticket({ nbf: NOW + 3_600 })],
  ['without an expiry', 't', () => ticket({ exp: undefined })],
  ['a secret guessed', 't', () => ticket({}, {}, 'sha256', Buffer.alloc(32))],
  [
    'a secret that is the public key',
    't',
    () => ticket({}, { kid: passKey.kid }, 'sha256', Buffer.from(publicPem())),
  ],
  ['signature cut', 't', () => ownTicket.slice(0, -5)],
  ['signature of another', 't', () => unsigned(ownTicket, ticket().split('.')[2])],
  [
    'claims changed',
    't',
    () => [ownTicket.split('.')[0], part(ticketClaims()), ownTicket.split('.')[2]].join('.'),
  ],
  ['cut in the claims', 't', () => ownTicket.slice(0, 120)],
  ['a part more', 't', () => `${ownTicket}.x`],
  ['own, with blanks', 't', () => `${ownTicket} x`],
  ['8 kB', 't', () => ticket({ pad: 'x'.repeat(6_000) })],
  ['8 kB of garbage', 't', () => 'x'.repeat(8_000)],
  ['8 kB of points', 't', () => '.'.repeat(8_000)],
  ['garbage', 't', () => '%%%'],
  ['garbage in three parts', 't', () => 'a.b.c'],
  ['an object of nothing', 't', () => 'e30.e30.e30'],
  ['the word undefined', 't', () => 'undefined'],
  ['quotes', 't', () => '"'],
  ['pass: alg none', 'p', () => unsigned(pass({}, { alg: 'none' }))],
  [
    'pass: HS256 with the public key',
    'p',
    () => ticket(passClaims(), { typ: 'hg-pass+jwt', kid: passKey.kid }, 'sha256', Buffer.from(publicPem())),
  ],
  ['pass: signed by another', 'p', () => pass({}, {}, null)],
  ['pass: typ of a ticket', 'p', () => pass({}, { typ: 'hg-ticket+jwt' })],
  ['pass: another room', 'p', () => pass({ aud: 'event-1', room: 'event-1' })],
  ['pass: another epoch', 'p', () => pass({ epoch: 0 })],
  ['pass: another issuer', 'p', () => pass({ iss: 'evil' })],
  ['pass: expired', 'p', () => pass({ iat: NOW - 7_200, exp: NOW - 3_600 })],
  ['pass: of the future', 'p', () => pass({ iat: NOW + 3_600, exp: NOW + 7_200 })],
  ['pass: a signature of zeros', 'p', () => unsigned(pass(), 'A'.repeat(86))],
  ['pass: a ticket', 'p', () => ownTicket],
  ['pass: garbage', 'p', () => 'a.b.c'],
  ['pass: 8 kB', 'p', () => pass({ pad: 'x'.repeat(5_900) })],
];

const numberOf = async (reply: Reply) =>
  (await ask(`${gate.url}/.headgate/rooms/${ROOM}/ticket`, { headers: { cookie: cookiesOf(reply) } })).json<{
    number: number;
  }>().number;

describe('a token that is not the gate’s own', () => {
  test.each(FORGED)('%s: a person gets a fresh place, at the end of the line', async (_, kind, token) => {
    const before = await numberOf(await visitor(gate.url).open(PAGE));
    const reply = await ask(gate.url + PAGE, {
      headers: { ...NAVIGATION, cookie: `hg_${kind}_${ROOM}=${token()}` },
    });
    expect([reply.status, reply.state]).toEqual([200, 'waiting']);
    expect(await numberOf(reply)).toBeGreaterThan(before);
  });

  test.each(FORGED)('%s: a program is told to wait, and given nothing', async (_, kind, token) => {
    const name = kind === 't' ? 'headgate-ticket' : 'headgate-pass';
    for (const [path, status] of [
      [PAGE, 503],
      [API, 429],
    ] as const) {
      const { answers } = await sendRaw(
        gate.url,
        `GET ${path} HTTP/1.1\r\nHost: h\r\nAccept: application/json\r\n${name}: ${token()}\r\n\r\n`,
      );
      expect(answers.map((answer) => answer.status)).toEqual([status]);
      expect(headerOf(answers[0]!, 'headgate-ticket')).toBeUndefined();
      expect(headerOf(answers[0]!, 'headgate-pass')).toBeUndefined();
    }
  });

  test.each(FORGED)('%s: there is no such place to be seen, kept alive or left', async (_, kind, token) => {
    const headers = { cookie: `hg_${kind}_${ROOM}=${token()}` };
    const at = `${gate.url}/.headgate/rooms/${ROOM}`;
    expect((await ask(`${at}/ticket`, { headers })).status).toBe(404);
    for (const action of ['keepalive', 'leave'])
      expect((await ask(`${at}/${action}`, { method: 'POST', headers })).status).toBe(404);
  });

  test('own ones are taken, so that the laws above say something', async () => {
    const reply = await ask(gate.url + PAGE, {
      headers: { ...NAVIGATION, cookie: `hg_t_${ROOM}=${ownTicket}` },
    });
    expect([reply.state, reply.setCookies]).toEqual(['waiting', []]);
    const forgedWell = { headers: { cookie: `hg_t_${ROOM}=${ticket({ n: 2 })}` } };
    expect((await ask(`${gate.url}/.headgate/rooms/${ROOM}/ticket`, forgedWell)).json().number).toBe(2);
  });

  test.each(['cookie', 'headgate-ticket', 'headgate-pass'])(
    'of 100 kB in %s: the head is too large, and nothing fails',
    async (name) => {
      const value = name === 'cookie' ? `hg_t_${ROOM}=${'x'.repeat(100_000)}` : 'x'.repeat(100_000);
      const { answers, isClosed } = await sendRaw(
        gate.url,
        `GET ${PAGE} HTTP/1.1\r\nHost: h\r\nAccept: text/html\r\n${name}: ${value}\r\n\r\n`,
        { answers: 2 },
      );
      expect([answers.map(({ status }) => status), isClosed]).toEqual([[431], true]);
      expect((await visitor(gate.url).open(PAGE)).state).toBe('waiting');
    },
  );
});

describe('a token under a key that this gateway lacks', () => {
  const foreign = () => ticket({}, { kid: 'of-another-gateway' }, 'sha256', Buffer.alloc(32, 7));
  const foreignPass = () => pass({}, { kid: 'of-another-gateway' }, null);

  test.each([
    ['ticket', () => `hg_t_${ROOM}=${foreign()}`],
    ['pass', () => `hg_p_${ROOM}=${foreignPass()}`],
  ])('the %s is kept: its bearer is told to try again', async (_, cookie) => {
    const issued = async () => (await ask(`${gate.url}/.headgate/rooms/${ROOM}/status`)).json().issued;
    const before = await numberOf(await visitor(gate.url).open(PAGE));
    const reply = await ask(gate.url + PAGE, { headers: { ...NAVIGATION, cookie: cookie() } });
    expect([reply.status, reply.state, reply.setCookies]).toEqual([200, 'held', []]);
    expect(reply.text).toMatch(/http-equiv="?refresh/i);
    expect(await numberOf(await visitor(gate.url).open(PAGE))).toBe(before + 1);
    await expect.poll(issued).toBe(before + 1);
  });

  test('a program is told so, and when to ask again', async () => {
    for (const [path, status] of [
      [PAGE, 503],
      [API, 429],
    ] as const) {
      const reply = await ask(gate.url + path, {
        headers: { accept: 'application/json', 'headgate-ticket': foreign() },
      });
      expect([reply.status, reply.json().code, reply.state]).toEqual([status, 'HG_UNKNOWN_KEY', 'held']);
      expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
    }
  });

  test('the operator hears of it', async () => {
    await gate.printed(/"level":"error".*"kid":"of-another-gateway"/);
  });
});
