/** Bots beside people: 50 sources at 2,000 numbers a minute each, 2,000 people, a shared address of 300 a minute; the defaults. */
import { describe, expect, it } from 'vitest';
import { measureSchedulingDelay } from '../../support/scheduling-delay.ts';
import { timeVerdict } from '../timing.ts';
import { runBots } from './bots.ts';

const DEFAULTS = '{}';
const TURNED_OFF = '{ joins: { perClientPerMinute: null } }';

describe('the price of a place', () => {
  it('people wait at most 1.5 times as long beside bots that never come, and beside bots that do', async () => {
    const delay = measureSchedulingDelay();
    // The calm run is light; two with bots at once would starve each other's gates.
    const [calm, absent] = await Promise.all([
      runBots({ bots: null, protection: DEFAULTS, seconds: 60 }),
      runBots({ bots: 'never come', protection: DEFAULTS, seconds: 60 }),
    ]);
    const present = await runBots({ bots: 'come when called', protection: DEFAULTS, seconds: 60 });
    const unpriced = await runBots({ bots: 'come when called', protection: TURNED_OFF, seconds: 20 });
    const { p99Ms } = await delay.stop();
    console.table({ calm, absent, present, 'present, price turned off': unpriced });
    console.log(`scheduling delay p99 ${p99Ms.toFixed(0)} ms`);
    const most = 1.5 * calm.medianWaitSeconds;
    for (const run of [absent, present]) {
      expect(timeVerdict(run.medianWaitSeconds, most, p99Ms)).not.toBe('failed');
      expect(timeVerdict(run.sharedMedianSeconds, most, p99Ms)).not.toBe('failed');
      expect(run.sharedRefused).toBe(0);
    }
    // The run sees what it is for.
    expect(unpriced.stillWaiting).toBeGreaterThan(1_000);
  });
});
