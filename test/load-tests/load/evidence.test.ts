/** What is kept of long waits convicts whoever all of it would convict. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { calledOutOfOrder, changedNumbers, grownPositions } from '../../../load-tests/visitors/laws.ts';
import { keepEvidence } from '../../../load-tests/visitors/load/evidence.ts';
import type { Sighting } from '../../../load-tests/visitors/words.ts';

const LAWS = [grownPositions, changedNumbers, calledOutOfOrder] as const;

const told = fc.record({
  afterMs: fc.integer({ min: 1, max: 5 }),
  state: fc.constantFrom('waiting', 'waiting', 'called', 'prequeue'),
  number: fc.integer({ min: 1, max: 3 }),
  position: fc.option(fc.integer({ min: 0, max: 3 })),
});
const visitors = fc.array(fc.array(told, { maxLength: 8 }), { minLength: 1, maxLength: 3 });

function sightingsOf(
  stories: readonly { afterMs: number; state: string; number: number; position: number | null }[],
) {
  let atMs = 0;
  return stories.map(({ afterMs, ...rest }): Sighting => {
    atMs += afterMs;
    return { ...rest, askedAtMs: atMs, toldAtMs: atMs + 0.5, serving: null };
  });
}

function recordOf(sightings: readonly Sighting[]) {
  const { number = null } = sightings.at(-1) ?? {};
  return { room: 'a', lane: null, number, sightings: [...sightings], admittedAtMs: null, outcome: null };
}

function evidenceOf(sightings: readonly Sighting[]): Sighting[] {
  const kept: Sighting[] = [];
  for (const sighting of sightings) keepEvidence(kept, sighting);
  return kept;
}

test.each(LAWS.map((law) => [law.name, law] as const))(
  '%s judges what is kept as it judges all',
  (_, law) => {
    fc.assert(
      fc.property(visitors, (stories) => {
        const all = stories.map(sightingsOf);
        const whole = law(all.map(recordOf)).length > 0;
        expect(law(all.map(evidenceOf).map(recordOf)).length > 0).toBe(whole);
      }),
      { numRuns: 3_000 },
    );
  },
);

test('of an hour in line a few sightings are kept', () => {
  const wait = sightingsOf(
    Array.from({ length: 1_000 }, (_, index) => ({
      ...{ afterMs: 4, number: 1_200, position: 1_000 - index },
      state: index < 999 ? 'waiting' : 'called',
    })),
  );
  expect(evidenceOf(wait)).toEqual(wait.slice(-2));
});
