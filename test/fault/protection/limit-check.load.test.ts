import { expect, it } from 'vitest';
import { besideScheduling } from './beside-scheduling.ts';
import { runLimitCheck } from './limit-check.ts';

const FELL_WITHIN_MS = 10_000;
/** The fall and the rise that the cause makes, and two more swings. */
const MOST_TURNS = 2 + 2;

it('a platform that becomes twenty times slower gets fewer visitors, keeps those it has, and gets all again when it is well', async () => {
  const { seen, verdictOf } = await besideScheduling(() =>
    runLimitCheck({ wellMs: 14_000, slowMs: 16_000, recoverMs: 30_000 }),
  );
  const { offered, before, after, fellMs, turns, thrownOut, registered, bare } = seen;

  expect(verdictOf(before >= 0.8 * offered), `${before} of ${offered} a minute while all was well`).not.toBe(
    'failed',
  );
  expect(bare.failed, 'without a gate it is brought to its knees').toBeGreaterThan(100);
  expect(verdictOf(fellMs !== null && fellMs <= FELL_WITHIN_MS), `fell after ${fellMs} ms`).not.toBe(
    'failed',
  );
  expect(thrownOut).toBe(0);
  expect(verdictOf(after >= 0.7 * offered), `${after} of ${offered} a minute`).not.toBe('failed');
  expect(verdictOf(turns <= MOST_TURNS), `${turns} turns`).not.toBe('failed');
  expect(verdictOf(registered >= bare.registered), `${registered}, ${bare.registered} without`).not.toBe(
    'failed',
  );
});
