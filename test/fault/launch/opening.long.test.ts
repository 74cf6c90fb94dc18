/** Openings at four gateways, each within a second of its time. */
import { expect, it } from 'vitest';
import { timeVerdict } from '../timing.ts';
import { runOpening } from './opening.ts';
import { earlyEntries, guessedSeeds, seedLeaks, undrawnNumbers } from './opening-laws.ts';

it('four gateways open within a second of the time, none before it, and serve one drawn order', async () => {
  for (const comers of [200, 40]) {
    const outcome = await runOpening({ gateways: 4, comers, sessions: 20, leadMs: 16_000 });
    const lateMs = outcome.openAtMs.map((at) => at - outcome.opensAtMs);
    console.log(`${comers} comers: gateways opened ${lateMs.join(', ')} ms after the time`);
    for (const law of [earlyEntries, undrawnNumbers, seedLeaks, guessedSeeds])
      expect(law(outcome), law.name).toEqual([]);
    expect(Math.min(...lateMs)).toBeGreaterThanOrEqual(0);
    const lateSeconds = Math.max(...lateMs) / 1_000;
    expect(timeVerdict(lateSeconds, 1, outcome.schedulingDelayMs)).not.toBe('failed');
  }
});
