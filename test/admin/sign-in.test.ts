/** Signing in to the admin API: tokens and their roles, the first token, guessing, and an issuer's tokens. */
import { readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { Type } from 'typebox';
import { beforeAll, describe, expect, test } from 'vitest';
import { keepFirstToken, refuseOpenHost } from '../../admin/auth/first-token.ts';
import { keepObserverToken } from '../../admin/auth/observer-token.ts';
import { createAuth } from '../../admin/auth/sign-in.ts';
import { route } from '../../admin/words.ts';
import { systemClock } from '../../gateway/clock.ts';
import { cleanUpLater } from '../support/clean-up.ts';
import { headgate } from '../support/command-line.ts';
import { type AdminStage, adminStage, type StageParts } from './support/admin-stage.ts';

const status = async (stage: AdminStage, token?: string, path = '/v1/audit-log') =>
  (await stage.ask('GET', path, { token })).status;

/** A wall and a monotonic clock that move together. */
function handClock() {
  let ms = Date.parse('2026-11-01T00:00:00Z');
  const now = () => ms;
  return {
    clock: { wallMs: now, monotonicMs: now },
    pass: (by: number) => {
      ms += by;
    },
  };
}

describe('a token', () => {
  test('made over the API is told once, signs in, and is worth nothing once it is withdrawn', async () => {
    const stage = await adminStage();
    const admin = stage.tokenOf('admin');
    const body = { name: 'night shift', role: 'operator', reason: 'launch' };
    const made = await stage.ask('POST', '/v1/tokens', { token: admin, body });
    const { id, token } = (await made.json()) as { id: string; token: string };
    expect([made.status, token]).toEqual([201, expect.stringMatching(/^hga_[0-9a-f]{12}_[\w-]{43}$/)]);
    expect(await status(stage, token)).toBe(200);
    expect(await status(stage, token, '/v1/tokens')).toBe(403);
    const list = await (await stage.ask('GET', '/v1/tokens', { token: admin })).text();
    expect(list).toContain('night shift');
    expect((await stage.ask('DELETE', `/v1/tokens/${id}?reason=over`, { token: admin })).status).toBe(204);
    expect(await status(stage, token)).toBe(401);
    expect((await stage.ask('DELETE', '/v1/tokens/none?reason=over', { token: admin })).status).toBe(404);
    const actions = stage.audit
      .list({ limit: 2 })
      .items.map(({ actor, action, reason }) => [actor, action, reason]);
    expect(actions).toEqual([
      ['token:admin 1', 'token.revoke', 'over'],
      ['token:admin 1', 'token.create', 'launch'],
    ]);
    const secret = token.split('_').slice(2).join('_');
    const kept = ['', '-wal'].map((end) =>
      readFileSync(join(stage.dataPath, 'admin', `control.sqlite${end}`)),
    );
    expect(kept.some((bytes) => bytes.includes(secret))).toBe(false);
    expect(list + JSON.stringify(stage.logged)).not.toContain(secret);
  });

  test('ends when it was to end', async () => {
    const { clock, pass } = handClock();
    const stage = await adminStage({ clock });
    const token = { name: 'short', role: 'viewer' as const, rooms: null, expiresInHours: 2, reason: null };
    const { text } = stage.tokens.add(token, 'a test');
    pass(7_199_000);
    expect(await status(stage, text)).toBe(200);
    pass(2_000);
    expect(await status(stage, text)).toBe(401);
  });

  test('is refused with another secret, another id, another scheme, or nothing', async () => {
    const stage = await adminStage();
    const [, id, secret] = /^hga_(\w{12})_(.*)$/.exec(stage.tokenOf('admin')) as unknown as [
      string,
      string,
      string,
    ];
    for (const wrong of [
      `hga_${id}_${'A'.repeat(43)}`,
      `hga_000000000000_${secret}`,
      `${id}${secret}`,
      secret,
    ])
      expect(await status(stage, wrong)).toBe(401);
    const basic = await stage.ask('GET', '/v1/tokens', {
      headers: { authorization: `Basic hga_${id}_${secret}` },
    });
    expect(basic.status).toBe(401);
    const none = await stage.ask('GET', '/v1/tokens');
    expect([none.status, none.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="headgate"']);
    const lower = await stage.ask('GET', '/v1/tokens', {
      headers: { authorization: `bearer hga_${id}_${secret}` },
    });
    expect(lower.status).toBe(200);
  });

  test('of an organiser names its rooms, and no other does; a name is one token’s', async () => {
    const stage = await adminStage();
    const token = stage.tokenOf('admin');
    const make = async (body: object) =>
      (await stage.ask('POST', '/v1/tokens', { token, body: { reason: 'x', ...body } })).status;
    expect(await make({ name: 'a', role: 'organiser' })).toBe(400);
    expect(await make({ name: 'a', role: 'organiser', rooms: [] })).toBe(400);
    expect(await make({ name: 'a', role: 'viewer', rooms: ['room-1'] })).toBe(400);
    expect(await make({ name: 'a', role: 'organiser', rooms: ['room-1'] })).toBe(201);
    expect(await make({ name: 'a', role: 'viewer' })).toBe(409);
  });

  test('that is used is noted, at most once a minute, and not where the disk takes nothing', async () => {
    const { clock, pass } = handClock();
    const stage = await adminStage({ clock });
    const token = stage.tokenOf('viewer');
    const used = () => stage.tokens.list()[0]?.lastUsedAt;
    await status(stage, token);
    const first = used();
    pass(59_000);
    await status(stage, token);
    expect(used()).toBe(first);
    pass(2_000);
    stage.data.db.exec('PRAGMA query_only = ON');
    expect(await status(stage, token)).toBe(200);
    stage.data.db.exec('PRAGMA query_only = OFF');
    await status(stage, token);
    expect(used()).not.toBe(first);
  });
});

describe('the configured admin token', () => {
  test('signs in as admin, whatever characters it has', async () => {
    const text = 'zwanzig Zeichen für ein Tor';
    const stage = await adminStage({ environmentToken: text });
    const answer = await stage.ask('GET', '/v1/tokens', {
      headers: { authorization: `Bearer ${Buffer.from(text).toString('latin1')}` },
    });
    expect(answer.status).toBe(200);
    expect(await status(stage, 'zwanzig Zeichen fuer ein Tor')).toBe(401);
  });

  test('must be long enough', async () => {
    await expect(adminStage({ environmentToken: 'nineteen characters' })).rejects.toMatchObject({
      code: 'HG_CONFIG',
      message: expect.stringMatching(/HEADGATE_ADMIN_TOKEN: must have at least 20/),
    });
  });
});

describe('where no token is configured', () => {
  test('one is made in a file that only its owner can read, once', async () => {
    const stage = await adminStage();
    const path = (await keepFirstToken(stage.dataPath, stage.auth, stage.tokens)) as string;
    expect(path).toBe(join(stage.dataPath, 'admin', 'token'));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const text = readFileSync(path, 'utf8').trim();
    expect(await status(stage, text, '/v1/tokens')).toBe(200);
    await keepFirstToken(stage.dataPath, stage.auth, stage.tokens);
    expect(readFileSync(path, 'utf8').trim()).toBe(text);
    rmSync(path);
    await keepFirstToken(stage.dataPath, stage.auth, stage.tokens);
    expect(await status(stage, text)).toBe(401);
    expect(await status(stage, readFileSync(path, 'utf8').trim())).toBe(200);
    expect(JSON.stringify(stage.logged)).not.toContain(text);
  });

  test('an observer’s on this host is made once, and stays good when the first one is made again', async () => {
    const stage = await adminStage();
    const first = (await keepFirstToken(stage.dataPath, stage.auth, stage.tokens)) as string;
    const path = await keepObserverToken(stage.dataPath, stage.tokens);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const text = readFileSync(path, 'utf8').trim();
    rmSync(first);
    expect(await keepFirstToken(stage.dataPath, stage.auth, stage.tokens)).toBe(first);
    await keepObserverToken(stage.dataPath, stage.tokens);
    expect(readFileSync(path, 'utf8').trim()).toBe(text);
    expect(await status(stage, text)).toBe(403);
  });

  test('the API is for this host alone; with one it may be reached by others', async () => {
    const stage = await adminStage();
    await keepFirstToken(stage.dataPath, stage.auth, stage.tokens);
    const refused = expect.objectContaining({
      code: 'HG_CONFIG',
      message: expect.stringContaining('listen.admin.host'),
    });
    for (const host of ['0.0.0.0', '::', '10.0.0.1', 'example.com', '127.0.0.1.example.com', '128.0.0.1'])
      expect(() => refuseOpenHost(host, stage.auth), host).toThrow(refused);
    for (const host of ['127.0.0.1', '127.8.8.8', '::1', 'localhost']) refuseOpenHost(host, stage.auth);
    const configured = [
      { environmentToken: 'a token of twenty and more', oidc: null },
      {
        environmentToken: undefined,
        oidc: { issuer: 'https://i', audience: 'a', rolesClaim: 'r', roomsClaim: 'r' },
      },
    ];
    for (const one of configured)
      refuseOpenHost(
        '0.0.0.0',
        createAuth({ ...one, tokens: stage.tokens, clock: systemClock, log: { say: () => {} } }),
      );
    const made = await headgate([
      'keys',
      'token',
      'new',
      '--role',
      'admin',
      '--name',
      'ops',
      '--data',
      stage.dataPath,
    ]);
    expect(made.code).toBe(0);
    refuseOpenHost('0.0.0.0', stage.auth);
    expect(await keepFirstToken(stage.dataPath, stage.auth, stage.tokens)).toBeNull();
  });
});

const told = route({
  method: 'POST',
  path: '/v1/told',
  summary: 'What an observer tells',
  tag: 'samples',
  role: 'operator',
  forObservers: true,
  schemas: {},
  answers: { 204: Type.Null() },
  handle: async () => ({ status: 204 }),
});

describe('headgate keys token', () => {
  test('makes, lists and revokes beside a running API, which heeds it at once', async () => {
    const stage = await adminStage();
    const env = { HEADGATE_DATA: stage.dataPath };
    const made = await headgate(
      ['keys', 'token', 'new', '--role', 'organiser', '--name', 'o', '--rooms', 'a,b'],
      env,
    );
    const token = made.stdout.trim();
    expect(await status(stage, token)).toBe(403);
    expect(made.stderr).not.toContain(token);
    const listed = await headgate(['keys', 'token', 'list'], env);
    expect(listed.stdout).toMatch(/organiser +o +\(a, b\) +no end, made .* by command line/);
    const id = token.split('_')[1] as string;
    expect((await headgate(['keys', 'token', 'revoke', id], env)).code).toBe(0);
    expect(await status(stage, token)).toBe(401);
    expect((await headgate(['audit-log', 'verify'], env)).code).toBe(0);
  });

  test('makes an observer’s, which tells what it sees and reads nothing', async () => {
    const stage = await adminStage({ routes: () => [told] });
    const env = { HEADGATE_DATA: stage.dataPath };
    const made = await headgate(['keys', 'token', 'new', '--role', 'observer', '--name', 'platform 1'], env);
    const token = made.stdout.trim();
    expect((await stage.ask('POST', '/v1/told', { token })).status).toBe(204);
    for (const path of ['/v1/audit-log', '/v1/tokens', '/v1/events'])
      expect(await status(stage, token, path), path).toBe(403);
    // Nobody could look at anything with it: that is no way to sign in.
    expect(stage.auth.isConfigured()).toBe(false);
    expect(await keepFirstToken(stage.dataPath, stage.auth, stage.tokens)).not.toBeNull();
  });

  test('tells wrong usage from failure', async () => {
    const env = { HEADGATE_DATA: join((await adminStage()).dataPath, 'none') };
    expect((await headgate(['keys', 'token', 'new', '--role', 'king', '--name', 'k'], env)).code).toBe(2);
    expect(
      (
        await headgate(
          ['keys', 'token', 'new', '--role', 'viewer', '--name', 'k', '--expires-hours', 'x'],
          env,
        )
      ).code,
    ).toBe(2);
    expect((await headgate(['keys', 'token', 'revoke', 'nothing'], env)).code).toBe(1);
  });
});

describe('who guesses', () => {
  test('is told to wait after ten failures in a minute, and a good token passes all the same', async () => {
    const { clock, pass } = handClock();
    const stage = await adminStage({ clock });
    const good = stage.tokenOf('viewer');
    const guess = () => stage.ask('GET', '/v1/audit-log', { token: 'guess' });
    for (let n = 0; n < 10; n += 1) expect((await guess()).status).toBe(401);
    const late = await guess();
    expect([late.status, late.headers.get('retry-after')]).toEqual([429, '60']);
    expect(await late.json()).toMatchObject({ code: 'HG_TOO_MANY_FAILURES', retryAfterSeconds: 60 });
    expect(await status(stage, good)).toBe(200);
    expect(await status(stage)).toBe(401);
    pass(60_000);
    expect((await guess()).status).toBe(401);
  });
});

describe('an issuer’s token', () => {
  const rolesClaim = 'realm_access.roles';
  let keys: Awaited<ReturnType<typeof generateKeyPair>>;
  let issuer: string;
  let answering: 'well' | 'badly' | 'not' = 'well';
  let asked = 0;

  beforeAll(async () => {
    keys = await generateKeyPair('ES256');
    const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'ES256' };
    const server = createServer((request, response) => {
      asked += 1;
      if (answering === 'not') return;
      if (answering === 'badly') response.statusCode = 500;
      const isKeys = request.url === '/keys';
      response.end(JSON.stringify(isKeys ? { keys: [jwk] } : { issuer, jwks_uri: `${issuer}/keys` }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    cleanUpLater(() => {
      server.closeAllConnections();
      server.close();
    });
  });

  const oidc = () => ({ issuer, audience: 'headgate', rolesClaim, roomsClaim: 'rooms' });
  const stageWith = (parts: StageParts = {}) => adminStage({ oidc: oidc(), ...parts });
  const sign = (claims: JWTPayload, header: object = {}, key = keys.privateKey) =>
    new SignJWT({
      iss: issuer,
      aud: 'headgate',
      sub: 'anna',
      exp: Math.floor(Date.now() / 1_000) + 600,
      ...claims,
    })
      .setProtectedHeader({ alg: 'ES256', kid: 'k1', ...header })
      .sign(key);
  const roles = (...names: string[]) => ({ realm_access: { roles: names } });

  test('signs in with the highest role that it names, and an organiser with its rooms', async () => {
    const stage = await stageWith({ routes: () => [] });
    expect(await status(stage, await sign(roles('viewer', 'admin', 'other')), '/v1/tokens')).toBe(200);
    expect(await status(stage, await sign(roles('viewer')), '/v1/tokens')).toBe(403);
    const organiser = await stage.auth.signIn(
      `Bearer ${await sign({ ...roles('organiser'), rooms: ['a', 'b'] })}`,
    );
    expect(organiser).toEqual({
      kind: 'actor',
      actor: { name: 'oidc:anna', role: 'organiser', rooms: ['a', 'b'] },
    });
    expect(await status(stage, stage.tokenOf('viewer'))).toBe(200);
  });

  test('without a role is good for nothing', async () => {
    const answer = await (await stageWith()).ask('GET', '/v1/audit-log', {
      token: await sign(roles('cook')),
    });
    expect([answer.status, await answer.json()]).toEqual([
      403,
      expect.objectContaining({ detail: expect.stringContaining(rolesClaim) }),
    ]);
  });

  test('is refused by another audience, issuer, key, time or algorithm', async () => {
    const stage = await stageWith();
    const other = await generateKeyPair('ES256');
    const secret = new TextEncoder().encode('0'.repeat(32));
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify({ iss: issuer, aud: 'headgate', sub: 'a', exp: 9_999_999_999, ...roles('admin') })).toString('base64url')}.`;
    const refused = [
      await sign({ ...roles('admin'), aud: 'other' }),
      await sign({ ...roles('admin'), iss: 'http://127.0.0.1:1' }),
      await sign({ ...roles('admin'), exp: 1 }),
      await sign({ ...roles('admin'), exp: undefined }),
      await sign(roles('admin'), {}, other.privateKey),
      await new SignJWT({ iss: issuer, aud: 'headgate', sub: 'a', exp: 9_999_999_999, ...roles('admin') })
        .setProtectedHeader({ alg: 'HS256' })
        .sign(secret),
      unsigned,
    ];
    for (const [index, token] of refused.entries())
      expect(await stage.auth.signIn(`Bearer ${token}`), `number ${index}`).toMatchObject({
        kind: 'refused',
        isGuess: true,
      });
  });

  test('is refused in plain words while the issuer is away, without asking it each time, and taken again afterwards', async () => {
    const { clock, pass } = handClock();
    const stage = await stageWith({ clock });
    const token = await sign({ ...roles('viewer'), exp: Math.floor(clock.wallMs() / 1_000) + 600 });
    answering = 'badly';
    const answer = await stage.ask('GET', '/v1/audit-log', { token });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ detail: expect.stringContaining('cannot be reached') });
    const before = asked;
    for (let n = 0; n < 20; n += 1) expect(await status(stage, token)).toBe(401);
    expect(asked).toBe(before);
    answering = 'well';
    pass(11_000);
    expect(await status(stage, token)).toBe(200);
    answering = 'not';
    expect(await status(stage, token), 'keys that are known go on to be').toBe(200);
    answering = 'well';
  });

  test('is refused, not waited for, where the issuer never answers', async () => {
    answering = 'not';
    const stage = await stageWith();
    expect(await status(stage, await sign(roles('viewer')))).toBe(401);
    answering = 'well';
  });
});
