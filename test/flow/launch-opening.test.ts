/** An opening at three gateways, in small: the long form, with its times, is in test/fault. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type OpeningOutcome, runOpening } from '../fault/launch/opening.ts';
import { earlyEntries, guessedSeeds, seedLeaks, undrawnNumbers } from '../fault/launch/opening-laws.ts';

const COMERS = 30;

let outcome: OpeningOutcome;
beforeAll(async () => {
  outcome = await runOpening({ gateways: 3, comers: COMERS, sessions: 5, leadMs: 10_000 });
});

describe('an opening that three gateways share', () => {
  it('lets nobody in before its time, at none of them', () => {
    expect(outcome.told.length).toBeGreaterThan(0);
    expect(earlyEntries(outcome)).toEqual([]);
    for (const at of outcome.openAtMs) expect(at).toBeGreaterThanOrEqual(outcome.opensAtMs);
  });

  it('gives each visitor the same place at all of them, which the published seed proves', () => {
    expect(outcome.after.draw).toMatchObject({ commitment: outcome.before.draw?.commitment, base: 0 });
    expect(undrawnNumbers(outcome)).toEqual([]);
    expect(new Set(outcome.numbers.map((numbers) => numbers.join())).size).toBe(1);
    expect(new Set(outcome.numbers[0]).size).toBe(COMERS);
  });

  it('could not be computed by anybody before: the seed and its secret stand in no document, log, metric or key of Redis', () => {
    expect(Object.values(outcome.readable).map((text) => text.length)).not.toContain(0);
    expect(outcome.readable.redis).toContain(outcome.before.draw?.commitment);
    expect(seedLeaks(outcome)).toEqual([]);
    expect(guessedSeeds(outcome)).toEqual([]);
    // The search finds what is there: after the opening the status has it.
    const published = { ...outcome, readable: { status: JSON.stringify(outcome.after) } };
    expect([seedLeaks(published), guessedSeeds(published)]).toEqual([['status'], [outcome.after.draw?.seed]]);
  });
});
