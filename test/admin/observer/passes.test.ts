/** Laws of passes at the observer: an edge that verified one adds no stamp, so a valid pass is proof, and nothing that merely looks like one. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { ask } from '../../support/http-client.ts';
import {
  NOW_MS,
  newObserver,
  newPasses,
  type Passes,
  REQUEST,
  requestOf,
  SERVERS,
  serve,
} from './support.ts';

const NOW_SECONDS = NOW_MS / 1000;
let passes: Passes;
let jwksUrl: string;

beforeAll(async () => {
  passes = await newPasses();
});

/** Where the gate serves `keys()`; counts how often it was asked. */
async function serveKeys(keys: () => unknown) {
  const asked = { times: 0 };
  const url = await serve((_request, response) => {
    asked.times += 1;
    const body = keys();
    response.statusCode = body === null ? 503 : 200;
    response.end(JSON.stringify(body));
  });
  return { url: `${url}/.headgate/jwks.json`, asked };
}

async function readyObserver(options: Parameters<typeof newObserver>[0] = {}) {
  jwksUrl = (await serveKeys(() => passes.jwks)).url;
  const observer = newObserver({ jwksUrl, refuse: true, ...options });
  await observer.ready;
  return observer;
}

test('a pass in the header or in a cookie of its room is proof, and names the room', async () => {
  const observer = await readyObserver();
  const token = await passes.sign();
  const places: Record<string, string>[] = [
    { 'headgate-pass': token },
    { cookie: `a=b; hg_t_event-4711=x; hg_p_event-4711=${token}; c=d` },
    { cookie: `hg_p_event-1=rubbish; hg_p_event-4711=${token}` },
    { 'headgate-pass': 'rubbish', 'headgate-stamp': 'rubbish', cookie: `hg_p_event-4711=${token}` },
  ];
  for (const headers of places)
    expect(observer.observe(requestOf(headers))).toMatchObject({ kind: 'passed', room: 'event-4711' });
  expect(observer.figures()).toMatchObject({ passed: 4, unstamped: 0, wrong: { malformed: 1 } });
});

describe('is no proof:', () => {
  const claims: [string, Record<string, unknown>][] = [
    ['one that has expired', { exp: NOW_SECONDS }],
    ['one from the future', { iat: NOW_SECONDS + 61, exp: NOW_SECONDS + 600 }],
    ['one of another issuer', { iss: 'somebody' }],
    ['one whose room and audience differ', { room: 'event-1' }],
    ['one for several audiences', { aud: ['event-4711'] }],
    ['one without an expiry', { exp: undefined }],
    ['one with a beginning of its own', { nbf: 1 }],
  ];
  test.each(claims)('%s', async (_what, change) => {
    const observer = await readyObserver();
    const token = await passes.sign({ claims: change });
    expect(observer.observe(requestOf({ 'headgate-pass': token })).isRefused).toBe(true);
  });

  test('a ticket, an unsigned token, one signed with the public key as a secret, one of another signer', async () => {
    const observer = await readyObserver();
    const token = await passes.sign();
    const other = await (await newPasses('p1')).sign();
    const ticket = await passes.sign({ header: { typ: 'hg-ticket+jwt' } });
    const [, claims, signature] = token.split('.') as [string, string, string];
    const none = (alg: string) =>
      `${Buffer.from(JSON.stringify({ alg, typ: 'hg-pass+jwt', kid: 'p1' })).toString('base64url')}.${claims}.`;
    const tokens = [
      ticket,
      other,
      none('none'),
      `${none('none')}${signature}`,
      `${none('HS256')}${signature}`,
    ];
    for (const wrong of [...tokens, `${token}A`, token.slice(0, -1), 'x'.repeat(5_000)])
      expect(observer.observe(requestOf({ 'headgate-pass': wrong })).isRefused).toBe(true);
  });

  test('one in a cookie of another room, or under another prefix', async () => {
    const observer = await readyObserver();
    const token = await passes.sign();
    for (const name of ['hg_p_event-1', 'hg_t_event-4711', 'xx_p_event-4711'])
      expect(observer.observe(requestOf({ cookie: `${name}=${token}` })).isRefused).toBe(true);
    const own = await readyObserver({ cookiePrefix: 'xx' });
    expect(own.observe(requestOf({ cookie: `xx_p_event-4711=${token}` })).kind).toBe('passed');
  });

  test('one that was valid when it was seen first', async () => {
    let nowMs = NOW_MS;
    const observer = await readyObserver({ now: () => nowMs });
    const request = requestOf({ 'headgate-pass': await passes.sign() });
    expect(observer.observe(request).kind).toBe('passed');
    nowMs += 600_000;
    expect(observer.observe(request).isRefused).toBe(true);
  });

  test('any, where the observer was not told whose passes are good', async () => {
    const observer = newObserver({ refuse: true });
    await observer.ready;
    expect(observer.observe(requestOf({ 'headgate-pass': await passes.sign() })).isRefused).toBe(true);
  });
});

test('a key that the gate begins to sign with is asked for in the very request that names it', async () => {
  const fresh = await newPasses('p2');
  const served = { keys: [...passes.jwks.keys] };
  const { url, asked } = await serveKeys(() => served);
  let nowMs = NOW_MS;
  const observer = newObserver({ jwksUrl: url, refuse: true, now: () => nowMs });
  await observer.ready;
  served.keys.push(...fresh.jwks.keys);
  nowMs += 5_000;
  const platform = await SERVERS.connect(observer);
  const answer = await ask(platform + REQUEST.pathAndQuery, {
    headers: { 'headgate-pass': await fresh.sign() },
  });
  expect([answer.status, asked.times]).toEqual([200, 2]);
  const stranger = requestOf({ 'headgate-pass': await (await newPasses('p3')).sign() });
  expect([(await observer.judge(stranger)).isRefused, asked.times]).toEqual([true, 2]);
});

test('a pass that was good is worth nothing once its key is another one', async () => {
  const served = { jwks: passes.jwks };
  const { url } = await serveKeys(() => served.jwks);
  let nowMs = NOW_MS;
  const observer = newObserver({ jwksUrl: url, refuse: true, now: () => nowMs });
  await observer.ready;
  const request = requestOf({ 'headgate-pass': await passes.sign() });
  expect(observer.observe(request).kind).toBe('passed');
  served.jwks = (await newPasses('p1')).jwks;
  nowMs += 5_000;
  await observer.judge(requestOf({ 'headgate-pass': await (await newPasses('p2')).sign() }));
  expect(observer.observe(request).isRefused).toBe(true);
});

test.each([
  ['answers 503', null],
  ['answers with something else', { hello: 'world' }],
])(
  'while the gate %s, who carries a pass is unknown and not refused, who carries none is',
  async (_what, body) => {
    const { url } = await serveKeys(() => body);
    const observer = newObserver({ jwksUrl: url, refuse: true });
    await observer.ready;
    const withPass = requestOf({ 'headgate-pass': await passes.sign() });
    expect(observer.observe(withPass)).toMatchObject({ kind: 'unknown', isRefused: false });
    expect(observer.observe(requestOf()).isRefused).toBe(true);
    expect(observer.said).toHaveLength(1);
  },
);

test('keys of other kinds in the key set are passed over', async () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = { ...rsa.publicKey.export({ format: 'jwk' }), kid: 'p9' };
  const { url } = await serveKeys(() => ({
    keys: [null, 7, jwk, { kty: 'oct', k: 'x', kid: 'p8' }, ...passes.jwks.keys],
  }));
  const observer = newObserver({ jwksUrl: url, refuse: true });
  await observer.ready;
  expect(observer.observe(requestOf({ 'headgate-pass': await passes.sign() })).kind).toBe('passed');
  const head = Buffer.from(JSON.stringify({ alg: 'ES256', typ: 'hg-pass+jwt', kid: 'p9' })).toString(
    'base64url',
  );
  const body = (await passes.sign()).split('.')[1];
  const signature = sign('sha256', Buffer.from(`${head}.${body}`), rsa.privateKey)
    .toString('base64url')
    .slice(0, 86);
  expect(observer.observe(requestOf({ 'headgate-pass': `${head}.${body}.${signature}` })).isRefused).toBe(
    true,
  );
});
