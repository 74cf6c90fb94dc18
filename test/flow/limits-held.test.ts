/** Limits hold by the platform's own books, in small: the long form is in test/fault. */
import { describe, expect, it } from 'vitest';
import {
  calledOutOfOrder,
  changedNumbers,
  grownPositions,
  sharedNumbers,
  turnedAway,
} from '../../load-tests/visitors/laws.ts';
import { runLimited } from '../support/limited-run.ts';

const CASES = [
  { name: 'sessions', sessions: 30, admissionsPerMinute: 1800 },
  { name: 'admissions a minute', sessions: 500, admissionsPerMinute: 600 },
];

describe.concurrent('110 visitors against a limit', () => {
  it.each(CASES)(
    'of $name are never more inside than allowed, are called in order, and whoever stays gets in',
    async ({ sessions, admissionsPerMinute }) => {
      const { records, books, slots } = await runLimited({
        sessions,
        admissionsPerMinute,
        visitors: 110,
        overMs: 1_500,
        stayMs: (random) => 200 + 300 * random(),
        noShowShare: 0.4,
        endAfterMs: null,
        seed: 7,
      });
      const admitted = records.filter((record) => record.admittedAtMs !== null);
      expect(books.sessions.most).toBeLessThanOrEqual(slots);
      expect(books.admissions.mostPerMinute).toBeLessThanOrEqual(
        admissionsPerMinute + Math.max(1, admissionsPerMinute / 30),
      );
      expect(books.admissions.total).toBe(admitted.length);
      expect(books.sessions.now).toBe(0);
      expect(records.some(({ sightings }) => sightings.some(({ state }) => state === 'waiting'))).toBe(true);
      for (const law of [grownPositions, sharedNumbers, changedNumbers, calledOutOfOrder, turnedAway])
        expect(law(records), law.name).toEqual([]);
      expect(
        records
          .filter(({ outcome }) => outcome !== 'left' && outcome !== 'no-show')
          .map(({ outcome }) => outcome),
      ).toEqual([]);
    },
  );
});
