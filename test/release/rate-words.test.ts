/** Rooms hear each word on their rate when it is new, again before it lapses, and its end once; a bound is divided among gateways whole. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { portionOf } from '../../gateway/release/portion.ts';
import { createRateWords, FREE } from '../../gateway/release/rate-words.ts';

const HALF = { factor: 0.5, perMinute: null };

describe('a word on a rate', () => {
  it('is said when it is new, when it changes, and again before it lapses', () => {
    const words = createRateWords();
    expect([...words.due({ a: HALF }, 0)]).toEqual([['a', HALF]]);
    expect([...words.due({ a: HALF }, 500)]).toEqual([]);
    const less = { factor: 0.25, perMinute: null };
    expect([...words.due({ a: less }, 1_000)]).toEqual([['a', less]]);
    expect([...words.due({ a: less }, 2_400)]).toEqual([]);
    expect([...words.due({ a: less }, 2_500)]).toEqual([['a', less]]);
  });

  it('is taken back once, and said anew afterwards', () => {
    const words = createRateWords();
    words.due({ a: HALF }, 0);
    expect([...words.due({}, 500)]).toEqual([['a', FREE]]);
    expect([...words.due({}, 1_000)]).toEqual([]);
    expect([...words.due({ a: HALF }, 1_500)]).toEqual([['a', HALF]]);
  });

  it('that was not heard is said again; one that takes back only while the other could count', () => {
    const words = createRateWords();
    words.due({ a: HALF }, 0);
    words.failed('a');
    expect([...words.due({ a: HALF }, 500)]).toEqual([['a', HALF]]);
    words.due({}, 1_000);
    words.failed('a');
    expect([...words.due({}, 1_500)]).toEqual([['a', FREE]]);
    words.failed('a');
    expect([...words.due({}, 6_500)]).toEqual([]);
  });

  it('that was said in a request is not said twice', () => {
    const words = createRateWords();
    words.told('a', HALF, 0);
    expect([...words.due({ a: HALF }, 400)]).toEqual([]);
    expect([...words.due({}, 3_000)]).toEqual([['a', FREE]]);
  });
});

describe('a bound on requests in flight', () => {
  const demands = fc.dictionary(fc.string({ minLength: 1, maxLength: 3 }), fc.nat(1_000), {
    minKeys: 1,
    maxKeys: 8,
  });

  it('is divided whole: parts add up to it, and nobody has less than 1', () => {
    fc.assert(
      fc.property(demands, fc.integer({ min: 1, max: 2_000 }), (by, bound) => {
        const names = Object.keys(by);
        const parts = names.map((name) => portionOf(bound, name, by));
        expect(Math.min(...parts)).toBeGreaterThanOrEqual(1);
        if (bound >= 10 * names.length) expect(parts.reduce((sum, part) => sum + part, 0)).toBe(bound);
      }),
    );
  });

  it('goes where the requests are, with a little for whoever has none', () => {
    expect(portionOf(100, 'busy', { busy: 90, idle: 0 })).toBe(95);
    expect(portionOf(100, 'idle', { busy: 90, idle: 0 })).toBe(5);
    expect(portionOf(100, 'alone', {})).toBe(100);
    expect(portionOf(2, 'a', { a: 0, b: 0, c: 0 })).toBe(1);
  });
});
