import { mkdir, mkdtemp, readdir, readFile, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listKeys, newKeys, retireKey, rotateKeys } from '../../gateway/request/key-commands.ts';
import { openKeyRing } from '../../gateway/request/keys.ts';

const HOUR_MS = 3_600_000;
const START = Date.parse('2026-11-01T12:00:00Z');

let folder: string;
let nowMs: number;
const open = (make = true, overlapHours = 48) =>
  openKeyRing(folder, { make, now: () => nowMs, overlapHours });
const keyFiles = async () => (await readdir(folder)).filter((name) => name.endsWith('.jwk')).sort();

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'hg-keys-')), 'keys');
  nowMs = START;
});
afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }));

describe('a first set', () => {
  it('is made in an empty folder, one file a key, for the owner alone', async () => {
    const ring = await open();
    const kid = ring.set.ticket.kid;
    expect(await keyFiles()).toEqual([`${kid}.pass.jwk`, `${kid}.stamp.jwk`, `${kid}.ticket.jwk`]);
    for (const name of await readdir(folder))
      expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
  });

  it('is the same after a restart', async () => {
    const first = await open();
    const second = await open(false);
    expect(second.set.ticket.kid).toBe(first.set.ticket.kid);
    expect(second.set.stamp.sign.export()).toEqual(first.set.stamp.sign.export());
  });

  it('is not made where keys must come from outside', async () => {
    await expect(open(false)).rejects.toMatchObject({ code: 'HG_KEYS_MISSING' });
  });

  it('is completed when a crash cut its making short', async () => {
    const kid = (await open()).set.ticket.kid;
    await unlink(join(folder, 'current.json'));
    await unlink(join(folder, `${kid}.stamp.jwk`));
    const ring = await open();
    expect(ring.set.ticket.kid).toBe(kid);
    expect(ring.set.stamp.kid).not.toBe(kid);
  });

  it('never replaces a recorded key that was lost', async () => {
    const kid = (await open()).set.ticket.kid;
    await unlink(join(folder, `${kid}.ticket.jwk`));
    await expect(open()).rejects.toThrow(kid);
  });
});

describe('a bad file is named, with what is wrong', () => {
  const good = { kty: 'oct', k: 'A'.repeat(43) };
  it.each([
    ['a.ticket.jwk', '{', 'not JSON'],
    ['a.ticket.jwk', '[]', 'an object'],
    ['a.ticket.jwk', JSON.stringify({ ...good, kty: 'RSA' }), 'kty must be oct'],
    ['a.ticket.jwk', JSON.stringify({ ...good, k: 'AAAA' }), 'at least 32 bytes'],
    ['a.ticket.jwk', JSON.stringify({ ...good, kid: 'b' }), 'kid must be'],
    ['a.stamp.jwk', JSON.stringify({ ...good, alg: 'none' }), 'alg must be HS256'],
    ['a.pass.jwk', JSON.stringify(good), 'P-256'],
    [
      'a.pass.jwk',
      JSON.stringify({ kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(43) }),
      'private key',
    ],
    [
      'a.pass.jwk',
      JSON.stringify({ kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(43), d: 'A'.repeat(43) }),
      'no key of this kind',
    ],
    ['a.tiket.jwk', JSON.stringify(good), 'must be named'],
    ['a b.ticket.jwk', JSON.stringify(good), 'must be named'],
  ])('%s with %s', async (name, text, what) => {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, name), text);
    const failure = await open().catch((error: unknown) => error as Error & { code: string });
    expect(failure).toMatchObject({ code: 'HG_KEYS_MISSING' });
    expect((failure as Error).message).toContain(name);
    expect((failure as Error).message).toContain(what);
  });

  it('and the secret is not in the message', async () => {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'a.ticket.jwk'), '{"k":"topsecret');
    await expect(open()).rejects.not.toThrow('topsecret');
  });
});

describe('rotation', () => {
  it('new keys verify before they sign', async () => {
    const ring = await open();
    const first = ring.set.ticket.kid;
    nowMs += 1000;
    await newKeys(folder, nowMs);
    await ring.reload();
    expect(ring.set.ticket.kid).toBe(first);
    expect(ring.set.tickets.size).toBe(2);
  });

  it('makes the new keys current, and takes the former for the overlap', async () => {
    const ring = await open();
    const first = ring.set.ticket.kid;
    nowMs += 1000;
    await newKeys(folder, nowMs);
    nowMs += 1000;
    await rotateKeys(folder, nowMs);
    await ring.reload();
    expect(ring.set.ticket.kid).not.toBe(first);
    expect(await keyFiles()).toHaveLength(6);
    expect(ring.set.tickets.get(first)?.verifyUntilMs).toBe(nowMs + 48 * HOUR_MS);
    expect(ring.set.ticket.verifyUntilMs).toBe(Number.POSITIVE_INFINITY);
  });

  it('makes keys where none is newer than the current one', async () => {
    const first = (await open()).set.pass.kid;
    nowMs += 1000;
    await rotateKeys(folder, nowMs);
    const ring = await open(false);
    expect(ring.set.pass.kid).not.toBe(first);
    expect(new Set([ring.set.ticket.kid, ring.set.pass.kid, ring.set.stamp.kid]).size).toBe(1);
  });

  it('a second rotation does not lengthen the first overlap', async () => {
    const first = (await open()).set.ticket.kid;
    const rotatedAt = nowMs + 1000;
    await rotateKeys(folder, rotatedAt);
    await rotateKeys(folder, rotatedAt + HOUR_MS);
    const ring = await open(false);
    expect(ring.set.tickets.get(first)?.verifyUntilMs).toBe(rotatedAt + 48 * HOUR_MS);
  });

  it('publishes the passes’ keys that are taken, without a private part', async () => {
    const ring = await open();
    nowMs += 1000;
    await rotateKeys(folder, nowMs);
    await ring.reload();
    const { keys } = ring.jwks();
    expect(keys.map((key) => key.kid)[0]).toBe(ring.set.pass.kid);
    expect(keys).toHaveLength(2);
    expect(JSON.stringify(keys)).not.toContain('"d"');
    nowMs += 49 * HOUR_MS;
    expect(ring.jwks().keys).toHaveLength(1);
  });

  it('a bad reload leaves the former keys in force', async () => {
    const ring = await open();
    const before = ring.set;
    await writeFile(join(folder, 'x.ticket.jwk'), 'broken');
    await expect(ring.reload()).rejects.toThrow('x.ticket.jwk');
    expect(ring.set).toBe(before);
  });
});

describe('the command line', () => {
  it('lists every key with its standing', async () => {
    await open();
    await rotateKeys(folder, nowMs + 1000);
    await newKeys(folder, nowMs + 2000);
    const lines = await listKeys(folder);
    expect(lines).toHaveLength(9);
    expect(lines.filter((line) => line.includes('current') && !line.includes('not current'))).toHaveLength(3);
    expect(lines.filter((line) => line.includes('replaced'))).toHaveLength(3);
    expect(lines.filter((line) => line.includes('not current yet'))).toHaveLength(3);
  });

  it('retires a former key and refuses the current one and an unknown one', async () => {
    const first = (await open()).set.ticket.kid;
    await expect(retireKey(folder, first)).rejects.toThrow('current');
    await rotateKeys(folder, nowMs + 1000);
    await retireKey(folder, first);
    expect((await keyFiles()).some((name) => name.startsWith(first))).toBe(false);
    await expect(retireKey(folder, first)).rejects.toThrow('no key');
  });

  it('keeps the signing key by age until one is recorded', async () => {
    const kid = (await open()).set.ticket.kid;
    await unlink(join(folder, 'current.json'));
    await newKeys(folder, nowMs + 1000);
    expect((await open(false)).set.ticket.kid).toBe(kid);
    expect(JSON.parse(await readFile(join(folder, 'current.json'), 'utf8')).ticket).toBe(kid);
  });
});
