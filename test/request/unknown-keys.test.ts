/** A token under a key that nobody here holds is kept for a minute from when any gateway was last known to hold the key. */
import { beforeEach, expect, it } from 'vitest';
import { createUnknownKeys, type UnknownKeys } from '../../gateway/request/unknown-keys.ts';
import { type HandClock, handClock } from '../store/hand-clock.ts';

let clock: HandClock;
let unknown: UnknownKeys;
let alarms: string[];
let heldElsewhere: Set<string>;

beforeEach(() => {
  clock = handClock();
  alarms = [];
  heldElsewhere = new Set();
  unknown = createUnknownKeys(
    clock,
    (kid) => heldElsewhere.has(kid),
    (kid) => alarms.push(kid),
  );
});

it('is given up after a minute, with one alarm', () => {
  expect(unknown.isHopeless('k')).toBe(false);
  clock.advance(60_000);
  expect(unknown.isHopeless('k')).toBe(false);
  clock.advance(1);
  expect(unknown.isHopeless('k')).toBe(true);
  expect(alarms).toEqual(['k']);
});

it('is never given up while another gateway holds the key', () => {
  heldElsewhere.add('k');
  for (let minute = 0; minute < 100; minute++) {
    expect(unknown.isHopeless('k')).toBe(false);
    clock.advance(60_001);
  }
});

it('is given a whole minute more once that gateway is gone', () => {
  heldElsewhere.add('k');
  unknown.isHopeless('k');
  clock.advance(600_000);
  unknown.isHopeless('k');
  heldElsewhere.clear();
  clock.advance(59_000);
  expect(unknown.isHopeless('k')).toBe(false);
  clock.advance(2_000);
  expect(unknown.isHopeless('k')).toBe(true);
});

it('is not saved by a clock on the wall that was set back', () => {
  unknown.isHopeless('k');
  clock.advance(60_001);
  clock.jump(-3_600_000);
  expect(unknown.isHopeless('k')).toBe(true);
});
