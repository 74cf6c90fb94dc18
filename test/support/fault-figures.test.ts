import { expect, test } from 'vitest';
import { emptyRecord } from '../../load-tests/visitors/visit.ts';
import type { Sighting, VisitorPlan, VisitorRecord } from '../../load-tests/visitors/words.ts';
import { columnsOf } from '../fault/report.ts';
import { ratioVerdict, timeVerdict } from '../fault/timing.ts';
import { judge } from '../fault/verdict.ts';
import { callingAgain } from './room-watch.ts';
import { measureSchedulingDelay } from './scheduling-delay.ts';

const plan = { address: '/ereg/', account: 'ann' } as VisitorPlan;
const record = (change: Partial<VisitorRecord>): VisitorRecord => ({
  ...emptyRecord(plan),
  room: 'event-1',
  ...change,
});
const sighting = (at: number, change: Partial<Sighting>): Sighting => ({
  askedAtMs: at,
  toldAtMs: at,
  state: 'waiting',
  number: 7,
  position: 3,
  serving: 4,
  ...change,
});
const verdictOf = (...records: VisitorRecord[]) => judge({ records, mostSessions: 5, limit: 5 });

test('a run in which all was well has nothing to tell', () => {
  const well = record({
    number: 7,
    numbers: [7],
    sightings: [sighting(0, {}), sighting(9, { position: 1 })],
  });
  expect(verdictOf(well)).toEqual({
    overLimit: 0,
    lostPlaces: 0,
    orderBroken: 0,
    positionsGrown: 0,
    breaches: [],
  });
});

test.each([
  ['a session too many', { overLimit: 1 }, judge({ records: [], mostSessions: 6, limit: 5 })],
  ['another number', { lostPlaces: 1 }, verdictOf(record({ numbers: [7, 9] }))],
  ['a ticket that is unknown', { lostPlaces: 1 }, verdictOf(record({ lostPlaces: 2 }))],
  ['thrown out', { lostPlaces: 1 }, verdictOf(record({ outcome: 'thrown-out' }))],
  [
    'a position that grew',
    { positionsGrown: 1 },
    verdictOf(record({ number: 7, sightings: [sighting(0, {}), sighting(9, { position: 4 })] })),
  ],
  [
    'called before somebody in front',
    { orderBroken: 1 },
    verdictOf(
      record({ number: 8, sightings: [sighting(0, { state: 'called', number: 8 })] }),
      record({ number: 7, sightings: [sighting(2_000, {})] }),
    ),
  ],
])('%s is found', (_, expected, verdict) => {
  expect(verdict).toMatchObject(expected);
  expect(verdict.breaches).toHaveLength(1);
});

test.each([
  ['in time', timeVerdict(9, 10, 100), 'held'],
  ['late', timeVerdict(11, 10, 5), 'failed'],
  ['never', timeVerdict(null, 10, 5), 'failed'],
  ['late beside programs that were woken late', timeVerdict(11, 10, 20), 'invalid'],
  ['as fast as before', ratioVerdict(20, 29, 1.5, 1), 'held'],
  ['twice as slow', ratioVerdict(20, 40, 1.5, 1), 'failed'],
  ['slower by no more than four late wakes', ratioVerdict(20, 40, 1.5, 3), 'invalid'],
  ['no slower than on a machine that was late before', ratioVerdict(150, 150, 1.5, 1), 'invalid'],
])('what was seen %s is told by its verdict', (_, verdict, expected) => {
  expect(verdict).toBe(expected);
});

test('an order that is broken only as late gateways see it is no breach, and is still counted', () => {
  const records = [
    record({ number: 8, sightings: [sighting(0, { state: 'called', number: 8 })] }),
    record({ number: 7, sightings: [sighting(2_000, {})] }),
  ];
  const verdict = judge({ records, mostSessions: 5, limit: 5, schedulingDelayMs: 20 });
  expect(verdict).toMatchObject({ orderBroken: 1, breaches: [] });
});

test('a room calls again when it calls a number that it had not called before', () => {
  const looks = [10, 12, 12, 9, 12, 13].map((serving, index) => ({
    atMs: index * 1_000,
    serving,
    waiting: 5,
    state: 'engaged',
  }));
  expect(callingAgain(looks, 1_500)).toBe(3.5);
  expect(callingAgain(looks, 6_000)).toBeNull();
});

test('the table has a line a fault: counts summed, times at their worst', () => {
  const row = { fault: 'kill', overLimit: 0, lostPlaces: 1, orderBroken: 0, positionsGrown: 2 };
  const rows = [
    { ...row, callingAgainSeconds: 1.5, schedulingDelayMs: 3 },
    { ...row, callingAgainSeconds: 0.5, schedulingDelayMs: 7.25 },
    { ...row, fault: 'race', callingAgainSeconds: null, schedulingDelayMs: 1 },
  ];
  expect(columnsOf(rows)).toEqual([
    {
      fault: 'kill',
      runs: 2,
      'over the limit': 0,
      'lost places': 2,
      'order broken': 0,
      'positions grown': 4,
      'calling again, s': '1.5',
      'scheduling delay, ms': '7.3',
    },
    expect.objectContaining({ fault: 'race', runs: 1, 'calling again, s': '' }),
  ]);
});

test('the machine’s own delay is measured in a process beside', async () => {
  const delay = await measureSchedulingDelay().stop();
  expect(delay.p99Ms).toBeGreaterThanOrEqual(0);
  expect(delay.mostMs).toBeGreaterThanOrEqual(delay.p99Ms);
});
