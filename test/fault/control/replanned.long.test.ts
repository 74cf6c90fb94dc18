/** A line of two thousand through a night offline, by its numbers. */
import { expect, it } from 'vitest';
import { measureSchedulingDelay } from '../../support/scheduling-delay.ts';
import { addFaultRow } from '../report.ts';
import { type Opening, runReplanned } from './replanned.ts';

const VISITORS = 2_000;

const OPENINGS: Opening[] = ['by itself', 'by an operator'];

it.each(OPENINGS)(
  'two thousand who wait keep their order while their event is offline, planned anew, and opened again %s',
  async (opening) => {
    const delay = measureSchedulingDelay();
    const { offline, orderBroken, places, entered } = await runReplanned(VISITORS, opening);
    const schedulingDelayMs = (await delay.stop()).p99Ms;
    addFaultRow({
      ...{ fault: 'event put off to the next day', overLimit: 0, orderBroken, schedulingDelayMs },
      ...{
        lostPlaces: VISITORS - entered,
        positionsGrown: offline.changedNumbers,
        callingAgainSeconds: null,
      },
    });
    console.log({ offline, orderBroken, places, entered, schedulingDelayMs });
    expect(offline).toEqual({ changedNumbers: 0, states: ['offline'], inventedWaits: 0 });
    expect([orderBroken, places, entered]).toEqual([0, VISITORS, VISITORS]);
  },
);
