import { createHmac } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CryptoKey, createLocalJWKSet, importJWK, jwtVerify, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RoomSettings } from '../../config/settings.ts';
import { rotateKeys } from '../../gateway/request/key-commands.ts';
import { type KeyRing, openKeyRing } from '../../gateway/request/keys.ts';
import { tokensKeptMs } from '../../gateway/request/passes.ts';
import type { Pass, Ticket } from '../../gateway/request/token-claims.ts';
import { createTokens, type Tokens } from '../../gateway/request/tokens.ts';

const HOUR_MS = 3_600_000;
const NOW = Date.parse('2026-11-01T12:00:00Z');
const ROOM = 'event-4711';
const ticket: Ticket = {
  id: 'ticket-1',
  room: ROOM,
  lane: 'default',
  epoch: 3,
  number: 1208,
  serving: 896,
  servingAtJoin: 896,
  issuedAt: NOW,
  expiresAt: NOW + 48 * HOUR_MS,
  prequeue: false,
  provisional: null,
};
const pass: Pass = {
  id: 'ticket-1',
  room: ROOM,
  lane: 'default',
  epoch: 3,
  number: 1208,
  fence: 2,
  startedAt: NOW - 5,
  issuedAt: NOW,
  expiresAt: NOW + HOUR_MS,
  bind: null,
  isNew: false,
};

let folder: string;
let ring: KeyRing;
let tokens: Tokens;
let secret: CryptoKey;
let privateKey: CryptoKey;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hg-tokens-'));
  ring = await openKeyRing(folder, { make: true, now: () => NOW });
  tokens = createTokens(ring);
  secret = (await importJWK(await jwkOf('ticket'), 'HS256')) as CryptoKey;
  privateKey = (await importJWK(await jwkOf('pass'), 'ES256')) as CryptoKey;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function jwkOf(kind: string) {
  const name = (await readdir(folder)).find((file) => file.endsWith(`.${kind}.jwk`))!;
  return JSON.parse(await readFile(join(folder, name), 'utf8'));
}

const claims = {
  iss: 'headgate',
  aud: ROOM,
  jti: 'ticket-2',
  room: ROOM,
  epoch: 3,
  n: 7,
  s: 1,
  lane: 'default',
  iat: NOW / 1000,
  exp: NOW / 1000 + 3600,
};
const header = () => ({ alg: 'HS256', typ: 'hg-ticket+jwt', kid: ring.set.ticket.kid });

/** A ticket by an independent signer, with the right secret and whatever header and claims. */
function forged(change: object = {}, head: object = {}): Promise<string> {
  return new SignJWT({ ...claims, ...change })
    .setProtectedHeader({ ...header(), ...head } as never)
    .sign(secret);
}
/** The same for texts that no JSON writer would give. */
function forgedRaw(headText: string, claimsText: string): string {
  const signed = [headText, claimsText].map((text) => Buffer.from(text).toString('base64url')).join('.');
  const mac = createHmac('sha256', ring.set.ticket.sign).update(signed).digest('base64url');
  return `${signed}.${mac}`;
}
const verdict = async (token: string, nowMs = NOW) => {
  const answer = await tokens.verifyTicket(token, ROOM, nowMs);
  return answer.kind === 'invalid' ? answer.reason : answer.kind;
};

describe('what was signed is what is read', () => {
  it('a ticket', async () => {
    const answer = await tokens.verifyTicket(tokens.signTicket(ticket), ROOM, NOW);
    expect(answer).toEqual({ ...ticket, kind: 'valid', kid: ring.set.ticket.kid });
  });

  it('a ticket that was issued again: what was served when its visitor came goes along', async () => {
    const token = tokens.signTicket({ ...ticket, serving: 1000, servingAtJoin: 896 });
    expect(await tokens.verifyTicket(token, ROOM, NOW)).toMatchObject({ serving: 1000, servingAtJoin: 896 });
  });

  it('a place that was given while the store was lost', async () => {
    const provisional = { gateway: 'gate-2', outage: 'o1' };
    const token = tokens.signTicket({ ...ticket, number: 7, provisional });
    expect(await tokens.verifyTicket(token, ROOM, NOW)).toMatchObject({
      kind: 'valid',
      number: 7,
      provisional,
    });
  });

  it('a session that was begun while the store was lost', async () => {
    const token = await tokens.signPass({ ...pass, isNew: true });
    expect(await createTokens(ring).verifyPass(token, ROOM, NOW)).toMatchObject({ isNew: true });
  });

  it('a prequeue ticket', async () => {
    const token = tokens.signTicket({ ...ticket, prequeue: true });
    expect(await tokens.verifyTicket(token, ROOM, NOW)).toMatchObject({ kind: 'valid', prequeue: true });
  });

  it('a pass, bound or not, also by a gateway that did not sign it', async () => {
    const other = createTokens(ring);
    for (const facts of [pass, { ...pass, bind: 'digest', number: 0 }]) {
      const token = await tokens.signPass(facts);
      const seen = { ...facts, kind: 'valid', kid: ring.set.pass.kid };
      expect(await tokens.verifyPass(token, ROOM, NOW)).toEqual(seen);
      expect(await other.verifyPass(token, ROOM, NOW)).toEqual(seen);
    }
  });

  it('and others can read it: jose with the shared secret, an edge with the published key', async () => {
    const options = { issuer: 'headgate', audience: ROOM, currentDate: new Date(NOW) };
    const seen = await jwtVerify(tokens.signTicket(ticket), secret, { ...options, typ: 'hg-ticket+jwt' });
    expect(seen.payload).toMatchObject({
      jti: 'ticket-1',
      room: ROOM,
      epoch: 3,
      n: 1208,
      s: 896,
      lane: 'default',
    });
    const edge = createLocalJWKSet(ring.jwks());
    const atEdge = await jwtVerify(await tokens.signPass(pass), edge, { ...options, typ: 'hg-pass+jwt' });
    expect(atEdge.payload).toMatchObject({ jti: 'ticket-1', fence: 2, n: 1208 });
  });

  it('a token of another careful signer is taken', async () => {
    expect(await verdict(await forged())).toBe('valid');
  });
});

describe('algorithm, type, issuer, room and key are fixed', () => {
  it('alg none is refused, with and without a signature', async () => {
    const text = JSON.stringify({ ...header(), alg: 'none' });
    const part = (value: string) => Buffer.from(value).toString('base64url');
    expect(await verdict(`${part(text)}.${part(JSON.stringify(claims))}.`)).toBe('shape');
    expect(await verdict(forgedRaw(text, JSON.stringify(claims)))).toBe('algorithm');
  });

  it.each(['HS512', 'hs256', 'ES256', 'RS256', 'None', ''])('alg %j is refused', async (alg) => {
    expect(await verdict(forgedRaw(JSON.stringify({ ...header(), alg }), JSON.stringify(claims)))).toBe(
      'algorithm',
    );
  });

  it('the public key of the passes is no secret: a pass that it “signed” is refused', async () => {
    const { fence, start } = { fence: 2, start: NOW };
    const head = { alg: 'HS256', typ: 'hg-pass+jwt', kid: ring.set.pass.kid };
    const { x, y } = ring.set.pass.public;
    for (const key of [JSON.stringify(ring.set.pass.public), `${x}${y}`]) {
      for (const alg of ['HS256', 'ES256']) {
        const signed = [
          { ...head, alg },
          { ...claims, fence, start },
        ]
          .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
          .join('.');
        const mac = createHmac('sha256', key).update(signed).digest();
        const signature = alg === 'HS256' ? mac : Buffer.concat([mac, mac]);
        const answer = await tokens.verifyPass(`${signed}.${signature.toString('base64url')}`, ROOM, NOW);
        expect(answer).toEqual({ kind: 'invalid', reason: alg === 'HS256' ? 'algorithm' : 'signature' });
      }
    }
  });

  it('a ticket is no pass and a pass no ticket', async () => {
    expect(await tokens.verifyPass(tokens.signTicket(ticket), ROOM, NOW)).toMatchObject({ kind: 'invalid' });
    expect(await verdict(await tokens.signPass(pass))).toBe('algorithm');
    expect(await verdict(await forged({}, { typ: 'hg-pass+jwt' }))).toBe('type');
    expect(await verdict(await forged({}, { typ: 'JWT' }))).toBe('type');
    const asTicket = new SignJWT(claims).setProtectedHeader({
      alg: 'ES256',
      typ: 'hg-ticket+jwt',
      kid: ring.set.pass.kid,
    });
    expect(await verdict(await asTicket.sign(privateKey))).toBe('algorithm');
  });

  it('issuer and audience', async () => {
    expect(await verdict(await forged({ iss: 'else' }))).toBe('issuer');
    expect(await verdict(await forged({ iss: undefined }))).toBe('issuer');
    expect(await verdict(await forged({ aud: 'event-1' }))).toBe('room');
    expect(await verdict(await forged({ aud: [ROOM, 'event-1'] }))).toBe('room');
    expect(await verdict(await forged({ room: 'event-1' }))).toBe('room');
  });

  it('a token of another room, verified before or not', async () => {
    const token = tokens.signTicket(ticket);
    expect(await tokens.verifyTicket(token, 'event-1', NOW)).toEqual({ kind: 'invalid', reason: 'room' });
    expect(await verdict(token)).toBe('valid');
    expect(tokens.knownTicket(token, 'event-1', NOW)).toEqual({ kind: 'invalid', reason: 'room' });
  });

  it('an unknown key is told apart: another gateway may have it', async () => {
    const answer = await tokens.verifyTicket(await forged({}, { kid: 'elsewhere' }), ROOM, NOW);
    expect(answer).toEqual({ kind: 'unknown-key', kid: 'elsewhere' });
    expect(await verdict(await forged({}, { kid: undefined }))).toBe('header');
    expect(await verdict(await forged({}, { kid: '../../x' }))).toBe('header');
    expect(await verdict(await forged({}, { kid: 'k'.repeat(200) }))).toBe('header');
    expect(await verdict(await forged({}, { kid: '__proto__' }))).toBe('unknown-key');
  });
});

describe('time is the room’s', () => {
  it('a token ends at its expiry, known or not', async () => {
    const token = tokens.signTicket(ticket);
    expect(await verdict(token, ticket.expiresAt - 1)).toBe('valid');
    expect(await verdict(token, ticket.expiresAt)).toBe('expired');
    expect(await verdict(await forged({ exp: NOW / 1000 - 1, iat: 0 }))).toBe('expired');
  });

  it('one from the future is refused beyond a minute, and good when its time has come', async () => {
    const token = await forged({ iat: NOW / 1000 + 61 });
    expect(await verdict(token)).toBe('future');
    expect(await verdict(token, NOW + 1000)).toBe('valid');
    expect(await verdict(await forged({ nbf: NOW / 1000 + 61 }))).toBe('claims');
  });
});

describe('every claim is exactly of its kind', () => {
  const wrong = ['7', -1, 1.5, 2 ** 53, null, true, [7], {}, undefined];
  const cases = ['epoch', 'n', 's', 'iat', 'exp'].flatMap((name) =>
    wrong.map((value) => [name, value] as const),
  );
  it.each(cases)('%s %j is refused', async (name, value) => {
    expect(
      await verdict(forgedRaw(JSON.stringify(header()), JSON.stringify({ ...claims, [name]: value }))),
    ).toBe('claims');
  });

  it.each([
    ['n', 0],
    ['exp', 9e12],
    ['jti', 7],
    ['jti', ''],
    ['jti', 'x'.repeat(65)],
    ['jti', 'a b'],
    ['lane', null],
    ['pre', 'true'],
    ['pre', false],
  ])('%s %j is refused', async (name, value) => {
    expect(await verdict(await forged({ [name]: value }))).toBe('claims');
  });

  it.each(['1e309', '-1e309', 'NaN', 'Infinity', '0x10', '7.0', '1e1', '07'])(
    'the number %s is refused',
    async (n) => {
      const text = JSON.stringify(claims).replace('"n":7', `"n":${n}`);
      expect(await verdict(forgedRaw(JSON.stringify(header()), text))).toBe('claims');
    },
  );

  it.each([
    { gateway: 'gate-2', outage: 'o1', k: 1208 },
    { gateway: 'gate-2', outage: 'o1' },
    { gateway: 'gate-2', outage: 'o1', n: undefined },
    { gateway: 'gate-2', outage: 'o1', n: undefined, k: 0 },
    { gateway: 'gate-2', k: 1208 },
    { k: 1208 },
    { gateway: '', outage: 'o1', k: 1208 },
  ])('a place of an outage that is told by halves is none: %j', async (change) => {
    expect(await verdict(await forged({ n: 1208, ...change }))).toBe('claims');
  });

  it('a field that occurs twice is refused, in claims and header', async () => {
    const text = JSON.stringify(claims);
    expect(await verdict(forgedRaw(JSON.stringify(header()), text.replace('"n":7', '"n":7,"n":7')))).toBe(
      'claims',
    );
    const head = JSON.stringify(header()).replace('{', '{"alg":"none",');
    expect(await verdict(forgedRaw(head, text))).toBe('header');
  });

  it.each(['null', '[]', '"x"', '7', '', '{"a":1'])('claims %j are refused', async (text) => {
    expect(await verdict(forgedRaw(JSON.stringify(header()), `${text} `))).not.toBe('valid');
  });

  it('a pass is held to the same', async () => {
    const good = { ...claims, s: undefined, fence: 0, start: NOW };
    const head = { alg: 'ES256', typ: 'hg-pass+jwt', kid: ring.set.pass.kid };
    const made = (change: object) =>
      new SignJWT({ ...good, ...change } as never).setProtectedHeader(head).sign(privateKey);
    expect(await tokens.verifyPass(await made({}), ROOM, NOW)).toMatchObject({ kind: 'valid' });
    for (const change of [
      { fence: -1 },
      { fence: '0' },
      { start: undefined },
      { bind: 7 },
      { n: null },
      { epoch: 0.5 },
    ]) {
      const answer = await tokens.verifyPass(await made(change), ROOM, NOW);
      expect(answer).toEqual({ kind: 'invalid', reason: 'claims' });
    }
  });
});

describe('garbage', () => {
  it('a token cut anywhere is refused', async () => {
    const token = tokens.signTicket(ticket);
    for (let length = 0; length < token.length; length += 1) {
      expect(await verdict(token.slice(0, length))).not.toBe('valid');
    }
  });

  it('a token with any character changed is refused or under a key that nobody has', async () => {
    const token = tokens.signTicket(ticket);
    for (let at = 0; at < token.length - 1; at += 1) {
      const changed = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
      expect(await verdict(changed)).not.toBe('valid');
    }
  });

  it.each([
    ['nothing', '', 'shape'],
    ['two parts', 'a.b', 'shape'],
    ['empty parts', '..', 'shape'],
    ['no header', 'a.b.c', 'header'],
    ['four parts', 'a.b.c.d', 'shape'],
    ['umlauts', 'ä.ö.ü', 'shape'],
    ['emoji', '🎫.🎫.🎫', 'shape'],
    ['a line feed behind', 'a.b.c\n', 'shape'],
    ['zero bytes', '\u0000.\u0000.\u0000', 'shape'],
    ['100 kB', 'a'.repeat(100_000), 'length'],
    ['a thousand parts', `${'a.'.repeat(1000)}a`, 'shape'],
  ])('%s is refused', async (_name, token, reason) => {
    expect(await verdict(token)).toBe(reason);
  });

  it('extra dots and spaces around a good token', async () => {
    const token = tokens.signTicket(ticket);
    for (const changed of [`${token}.`, `.${token}`, token.replace('.', '..'), ` ${token}`, `${token}=`]) {
      expect(await verdict(changed)).not.toBe('valid');
    }
  });

  it('a wrong signature is refused again without being checked again', async () => {
    const token = `${tokens.signTicket(ticket).slice(0, -4)}AAAA`;
    expect(tokens.knownTicket(token, ROOM, NOW)).toBeUndefined();
    expect(await verdict(token)).toBe('signature');
    expect(tokens.knownTicket(token, ROOM, NOW)).toEqual({ kind: 'invalid', reason: 'signature' });
  });
});

describe('rotation', () => {
  it('tokens of the former key are good for the overlap, and unknown once it is retired', async () => {
    const home = await mkdtemp(join(tmpdir(), 'hg-rotate-'));
    try {
      const own = await openKeyRing(home, { make: true, now: () => NOW, overlapHours: 1 });
      const mine = createTokens(own);
      const former = own.set.ticket.kid;
      const token = mine.signTicket(ticket);
      await rotateKeys(home, NOW);
      await own.reload();
      expect(own.set.ticket.kid).not.toBe(former);
      expect(await mine.verifyTicket(token, ROOM, NOW + HOUR_MS - 1)).toMatchObject({ kind: 'valid' });
      // Remembered or not, its time is over with the overlap.
      for (const gateway of [mine, createTokens(own)]) {
        const late = await gateway.verifyTicket(token, ROOM, NOW + HOUR_MS);
        expect(late).toEqual({ kind: 'invalid', reason: 'key-lapsed' });
      }
      await unlink(join(home, `${former}.ticket.jwk`));
      await own.reload();
      expect(await mine.verifyTicket(token, ROOM, NOW)).toEqual({ kind: 'unknown-key', kid: former });
      expect(await mine.verifyTicket(mine.signTicket(ticket), ROOM, NOW)).toMatchObject({ kind: 'valid' });
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  });
});

describe('the memory', () => {
  it('keeps a pass that is used once in the idle time, and not those of who left', async () => {
    let nowMs = 0;
    const mine = createTokens(ring, { clock: { monotonicMs: () => nowMs }, keptMs: () => 60_000 });
    const used = await mine.signPass(pass);
    const left = await mine.signPass({ ...pass, id: 'left' });
    for (let minute = 1; minute <= 10; minute += 1) {
      nowMs = minute * 60_000 - 1;
      expect(mine.knownPass(used, ROOM, NOW)).toMatchObject({ kind: 'valid', id: pass.id });
      nowMs += 1;
      await mine.signPass({ ...pass, id: `new-${minute}` });
    }
    expect(mine.knownPass(left, ROOM, NOW)).toBeUndefined();
    expect(await mine.verifyPass(left, ROOM, NOW)).toMatchObject({ kind: 'valid', id: 'left' });
  });

  it('lasts as long as the longest idle time, and as long as a waiting visitor may be silent', () => {
    const room = (idleSeconds: number) => ({ session: { idleSeconds } }) as RoomSettings;
    expect(tokensKeptMs({ a: room(5), b: room(20) })).toBe(60_000);
    expect(tokensKeptMs({ a: room(600), b: room(20) })).toBe(600_000);
  });
});
