/** When visitors come: each shape holds exactly, whatever the seed. */
import { expect, test } from 'vitest';
import type { Arrivals } from '../../../load-tests/rehearse/visitor-words.ts';
import { arrivalTimes, scaledGroups } from '../../../load-tests/visitors/load.ts';
import { groupOf, planOf } from './a-load.ts';

function timesOf(arrivals: Arrivals, seed = 1): number[] {
  return [...arrivalTimes(groupOf({ arrivals }), seed)].map(({ atSeconds }) => atSeconds);
}

const within = (times: readonly number[], from: number, until: number) =>
  times.filter((at) => at >= from && at < until).length;

const STEP: Arrivals = { shape: 'step', fromSeconds: 60, untilSeconds: 180, perMinute: 90 };

test('a step brings so many a minute, and nobody before or after', () => {
  const times = timesOf(STEP);
  expect([within(times, 60, 120), within(times, 120, 180), times.length]).toEqual([90, 90, 180]);
});

test('a ramp brings its mean, and more at its steep end', () => {
  const arrivals: Arrivals = { ...STEP, shape: 'ramp', fromPerMinute: 0, toPerMinute: 400 };
  const times = timesOf(arrivals);
  expect(times).toHaveLength(400);
  // Of a triangle a quarter of the area lies before its middle.
  expect(within(times, 60, 120)).toBe(100);
});

test('a ramp from its height down is the same, backwards', () => {
  const times = timesOf({ ...STEP, shape: 'ramp', fromPerMinute: 400, toPerMinute: 0 });
  expect(within(times, 60, 120)).toBe(300);
});

test('half of a mail’s readers come within its half time, half of the rest within the next, and waves add up', () => {
  const waves = [
    { atSeconds: 0, readers: 400 },
    { atSeconds: 100, readers: 200 },
  ];
  const times = timesOf({ shape: 'email', waves, halfSeconds: 50 });
  expect(within(times, 0, 50)).toBe(200);
  expect(within(times, 50, 100)).toBe(100);
  expect(within(times, 100, 150)).toBe(50 + 100);
  expect(times).toHaveLength(600);
});

test('refreshers come before the opening', () => {
  const times = timesOf({
    ...{ shape: 'countdown', opensAtSeconds: 300, visitors: 50 },
    ...{ earlySeconds: 100, reloadSeconds: 5 },
  });
  expect([within(times, 200, 250), within(times, 250, 300)]).toEqual([25, 25]);
});

test('times are in order, the same for the same seed, and others for another', () => {
  const times = timesOf(STEP, 5);
  expect(times).toEqual(timesOf(STEP, 5));
  expect(times).not.toEqual(timesOf(STEP, 6));
  expect(times).toEqual(times.toSorted((a, b) => a - b));
});

test('addresses take turns by their weights', () => {
  const addresses = [
    { url: 'http://a/', weight: 2 },
    { url: 'http://b/', weight: 1 },
  ];
  const came = [...arrivalTimes(groupOf({ addresses }), 1)].map(({ address }) => address.at(7));
  expect(came.join('')).toBe('abaabaabaa');
});

test('a plan for so many visitors has so many, by the shares of its groups', () => {
  const groups = [groupOf({ name: 'a', arrivals: STEP }), groupOf({ name: 'b' })];
  const scaled = scaledGroups(planOf(groups, { visitors: 380 }));
  expect(scaled.map((group) => [...arrivalTimes(group, 1)].length)).toEqual([360, 20]);
});
