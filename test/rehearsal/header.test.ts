/** The header of a rehearsal: what is worth something, what is not, and what a flood of wrong ones costs. */
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { beforeEach, expect, test, vi } from 'vitest';
import type { PublishedRehearsals } from '../../gateway/control/words.ts';
import { createReadHeader, type ReadHeader } from '../../gateway/rehearsal/header.ts';
import { handClock } from '../support/admin-here.ts';

const ID = 'r3f9k';
const verified = vi.hoisted(() => ({ count: 0 }));
vi.mock('jose', async (load) => {
  const jose = await load<typeof import('jose')>();
  const jwtVerify = (...args: Parameters<typeof jose.jwtVerify>) => {
    verified.count++;
    return jose.jwtVerify(...args);
  };
  return { ...jose, jwtVerify };
});

let keys: Awaited<ReturnType<typeof generateKeyPair>>;
let clock: ReturnType<typeof handClock>;
let published: PublishedRehearsals | undefined;
let read: ReadHeader;

beforeEach(async () => {
  keys = await generateKeyPair('ES256', { extractable: true });
  clock = handClock();
  const times = { startedAt: at(0), expiresAt: at(60) };
  const live = [{ id: ID, prefix: `~${ID}~`, launch: null, opensAt: null, ...times }];
  published = { key: { ...(await exportJWK(keys.publicKey)) }, live };
  read = createReadHeader(() => published, clock);
  verified.count = 0;
});

const at = (seconds: number) => new Date(clock.wallMs() + seconds * 1_000).toISOString();

interface Change {
  typ?: string;
  jti?: string;
  aud?: string;
  iss?: string;
  seconds?: number;
  by?: typeof keys;
}
function sign({ typ = 'hg-rehearsal+jwt', by = keys, ...change }: Change = {}): Promise<string> {
  const { jti = ID, aud = 'headgate-rehearsal', iss = 'headgate', seconds = 60 } = change;
  return new SignJWT()
    .setProtectedHeader({ alg: 'ES256', typ })
    .setJti(jti)
    .setAudience(aud)
    .setIssuer(iss)
    .setExpirationTime(new Date(clock.wallMs() + seconds * 1_000))
    .sign(by.privateKey);
}

test('one that was signed for a live rehearsal names it, and is verified once', async () => {
  const header = await sign();
  for (let count = 0; count < 5; count++) expect(await read(header)).toBe(ID);
  expect(verified.count).toBe(1);
});

test('ends with its time by this gateway’s clock, and with the rehearsal, also where it was known', async () => {
  const header = await sign();
  expect(await read(header)).toBe(ID);
  clock.forward(60_001);
  expect(await read(header)).toBeNull();
  const next = await sign();
  expect(await read(next)).toBe(ID);
  published = { ...published!, live: [] };
  expect(await read(next)).toBeNull();
  published = undefined;
  expect(await read(next)).toBeNull();
});

test.each([
  { what: 'another key', change: async () => ({ by: await generateKeyPair('ES256') }) },
  { what: 'another type', change: async () => ({ typ: 'hg-pass+jwt' }) },
  { what: 'another audience', change: async () => ({ aud: 'event-4711' }) },
  { what: 'another issuer', change: async () => ({ iss: 'somebody' }) },
  { what: 'a time that is past', change: async () => ({ seconds: -1 }) },
])('one with $what names none', async ({ change }) => {
  expect(await read(await sign(await change()))).toBeNull();
});

test('what names no live rehearsal costs no signature check', async () => {
  const wrong = ['', 'a.b', 'a.b.c', `${'x'.repeat(20)}.e30.y`, await sign({ jti: 'r0000' })];
  for (const header of [...wrong, `${await sign()}${'A'.repeat(2_000)}`])
    expect(await read(header)).toBeNull();
  expect(verified.count).toBe(0);
});

test('a flood of forged ones costs fifty checks a second, and the good one that is known goes on', async () => {
  const good = await sign();
  expect(await read(good)).toBe(ID);
  const [head, claims] = good.split('.');
  for (let count = 0; count < 500; count++) expect(await read(`${head}.${claims}.x${count}`)).toBeNull();
  expect(verified.count).toBe(50);
  expect(await read(good)).toBe(ID);
  clock.forward(1_000);
  expect(await read(await sign())).toBe(ID);
});
