/** Laws of a log's times: what they are read as does not depend on the lines before. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readTime } from '../../../admin/observer/log-time.js';
import { clfTime } from '../log-audit/stage.ts';

const whole = fc.integer({ min: 0, max: Date.parse('2099-12-31T23:59:59Z') / 1_000 }).map((s) => s * 1_000);

test('ISO times are what Date.parse says, in any order, zone and precision', () => {
  const iso = fc.tuple(
    whole,
    fc.constantFrom('Z', '+01:00', '-05:30'),
    fc.constantFrom('', '.5', '.123', '.123456'),
  );
  fc.assert(
    fc.property(fc.array(iso, { minLength: 1, maxLength: 5 }), (times) => {
      for (const [atMs, zone, fraction] of times) {
        const text = `${new Date(atMs).toISOString().slice(0, 19)}${fraction}${zone}`;
        expect(readTime(text)).toBe(Date.parse(text));
      }
    }),
  );
});

test('times of the combined format, and numbers in s, ms, µs and ns, are the same moment', () => {
  fc.assert(
    fc.property(
      whole.filter((ms) => ms > 2e11),
      (atMs) => {
        for (const value of [clfTime(atMs), atMs / 1_000, String(atMs / 1_000), atMs, atMs * 1e3, atMs * 1e6])
          expect(readTime(value)).toBe(atMs);
      },
    ),
  );
});

test.each([
  '',
  'yesterday',
  '2026-12-01Txx:00:00Z',
  '99/Xyz/2026:15:00:07 +0100',
  null,
  undefined,
  {},
  [],
  true,
])('%j is no time', (value) => expect(readTime(value)).toBeNaN());
