/** Whose wait counts, and until when. */
import { expect, test } from 'vitest';
import { unendedWaitsOf, waitsOf } from '../../../load-tests/visitors/load/judged.ts';
import type { Evidence } from '../../../load-tests/visitors/load/worker-words.ts';

const CAME: Evidence = {
  ...{ group: 'people', isTab: false, room: 'a', lane: null, number: 1, numbers: [1] },
  ...{ sightings: [], lostPlaces: 0, outcome: 'stopped', arrivedAtMs: 1_000 },
  ...{ admittedAtMs: null, goneAtMs: 31_000 },
};

test('who was let in waited until then, whenever the load was stopped', () => {
  const evidence = [{ ...CAME, admittedAtMs: 6_000 }];
  expect(waitsOf(evidence)).toEqual({ people: [5_000] });
  expect(unendedWaitsOf(evidence)).toEqual({});
});

test('who was in line until the load was stopped has waited until then', () => {
  expect(waitsOf([CAME])).toEqual({});
  expect(unendedWaitsOf([CAME])).toEqual({ people: [30_000] });
});

test('who walked away, and a second tab, wait no more', () => {
  const evidence: Evidence[] = [
    { ...CAME, outcome: 'no-show' },
    { ...CAME, isTab: true },
  ];
  expect(unendedWaitsOf(evidence)).toEqual({});
});
