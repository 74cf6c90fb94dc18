import { expect, test } from 'vitest';
import {
  calledOutOfOrder,
  changedNumbers,
  grownPositions,
  sharedNumbers,
  turnedAway,
} from '../../load-tests/visitors/laws.ts';
import { emptyRecord } from '../../load-tests/visitors/visit.ts';
import type { VisitorPlan, VisitorRecord } from '../../load-tests/visitors/words.ts';

const PLAN = {} as VisitorPlan;

/** A visitor with this number, told these states and positions at these times. */
function visitor(
  number: number,
  ...told: Array<[atMs: number, state: string, position: number]>
): VisitorRecord {
  const sightings = told.map(([atMs, state, position]) => ({
    askedAtMs: atMs,
    toldAtMs: atMs + 1,
    state,
    number,
    position,
    serving: null,
  }));
  return { ...emptyRecord(PLAN), room: 'event-4711', number, sightings };
}

test('a position that grew is a breach, one that shrank or stood still is none', () => {
  expect(grownPositions([visitor(9, [0, 'waiting', 5], [1, 'waiting', 5], [2, 'waiting', 3])])).toEqual([]);
  expect(grownPositions([visitor(9, [0, 'waiting', 5], [1, 'waiting', 6])])).toEqual([
    'event-4711 9: 5 became 6',
  ]);
});

test('a number that two visitors hold, or that changes, is a breach', () => {
  const [first, second] = [visitor(1, [0, 'waiting', 1]), visitor(2, [0, 'waiting', 2])];
  expect(sharedNumbers([first, second])).toEqual([]);
  expect(sharedNumbers([first, second, visitor(2)])).toEqual(['event-4711/default 2: 2 visitors']);
  const changed = visitor(3, [0, 'waiting', 3], [1, 'waiting', 2]);
  changed.sightings[1]!.number = 8;
  expect(changedNumbers([first, changed])).toEqual(['event-4711: 3 became 8']);
});

test('who waits after a higher number was called, or let in, was passed over', () => {
  const low = visitor(1, [0, 'waiting', 1], [10, 'waiting', 1]);
  expect(calledOutOfOrder([low, visitor(2, [9, 'called', 0])])).toEqual([]);
  expect(calledOutOfOrder([low, visitor(2, [8, 'called', 0])])).toEqual([
    'event-4711/default 1 waited after 2 was called',
  ]);
  expect(calledOutOfOrder([low, { ...visitor(2), admittedAtMs: 5 }])).toHaveLength(1);
  expect(calledOutOfOrder([low, { ...visitor(2), admittedAtMs: 5 }], 500)).toEqual([]);
  expect(calledOutOfOrder([low, { ...visitor(2, [8, 'called', 0]), room: 'event-4712' }])).toEqual([]);
});

test('who stayed and never got in was turned away, who walked away was not', () => {
  const [inside, gone, late] = [visitor(1), visitor(2), visitor(3)];
  Object.assign(inside, { admittedAtMs: 5, outcome: 'left' });
  Object.assign(gone, { outcome: 'no-show' });
  Object.assign(late, { outcome: 'stopped' });
  expect(turnedAway([inside, gone, late])).toEqual(['event-4711 3: stopped']);
});
