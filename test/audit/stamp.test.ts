/** Laws of the stamp: it proves one request, and nothing else. */
import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { signStamp, verifyStamp } from '../../gateway/audit/stamp.ts';

const secret = randomBytes(32);
const key = createSecretKey(secret);
const facts = {
  unixSeconds: 1_800_000_000,
  room: 'event-4711',
  class: 'registration',
  method: 'GET',
  host: 'register.example.com',
  pathAndQuery: '/ereg/newreg.php?eventid=4711&x=%C3%A4',
};
const keyOf = (kid: string): KeyObject | undefined => (kid === 'k1' ? key : undefined);

describe('the stamp', () => {
  it('is the documented HMAC, so that a platform in any language can check it', () => {
    const text = `v1\n1800000000\nevent-4711\nregistration\nGET\nregister.example.com\n${facts.pathAndQuery}`;
    const expected = createHmac('sha256', secret).update(text).digest('base64url');
    expect(signStamp('k1', key, facts)).toBe(`v1.1800000000.event-4711.registration.k1.${expected}`);
  });

  it('tells room, class and age when it is valid', () => {
    const verdict = verifyStamp(signStamp('k1', key, facts), keyOf, facts, facts.unixSeconds + 7);
    expect(verdict).toEqual({
      kind: 'valid',
      room: 'event-4711',
      class: 'registration',
      kid: 'k1',
      ageSeconds: 7,
    });
  });

  it.each([
    ['method', { method: 'POST' }],
    ['host', { host: 'other.example.com' }],
    ['path', { pathAndQuery: '/ereg/newreg.php?eventid=4712' }],
  ])('proves nothing for another %s', (_name, change) => {
    const value = signStamp('k1', key, facts);
    expect(verifyStamp(value, keyOf, { ...facts, ...change }, facts.unixSeconds).kind).toBe('forged');
  });

  it('cannot be moved to another room, class or time', () => {
    const value = signStamp('k1', key, facts);
    for (const [from, to] of [
      ['event-4711', 'event-1'],
      ['registration', 'staff'],
      ['1800000000', '1800000001'],
    ] as const) {
      expect(verifyStamp(value.replace(from, to), keyOf, facts, facts.unixSeconds).kind).toBe('forged');
    }
  });

  it('of an unknown key is named as such', () => {
    const value = signStamp('k2', key, facts);
    expect(verifyStamp(value, keyOf, facts, facts.unixSeconds)).toEqual({ kind: 'unknown-key', kid: 'k2' });
  });

  it.each([
    '',
    'v1',
    'v2.1.a.b.k1.x',
    'v1.x.a.b.k1.x',
    'v1.1.a.b.k1',
    'v1.1.a.b.k1.x.y',
    'v1.-1.a.b.k1.x',
    `v1.1.${'a'.repeat(10_000)}.b.k1.x`,
  ])('that is malformed is refused: %#', (value) => {
    expect(verifyStamp(value, keyOf, facts, facts.unixSeconds)).toEqual({ kind: 'malformed' });
  });

  it('with a cut or longer signature is forged', () => {
    const value = signStamp('k1', key, facts);
    expect(verifyStamp(value.slice(0, -1), keyOf, facts, 0).kind).toBe('forged');
    expect(verifyStamp(`${value}A`, keyOf, facts, 0).kind).toBe('forged');
  });
});
