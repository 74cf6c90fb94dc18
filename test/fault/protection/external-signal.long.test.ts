import { expect, it } from 'vitest';
import { besideScheduling } from './beside-scheduling.ts';
import { runExternalSignal } from './external-signal.ts';

const FELL_WITHIN_MS = 5_000;

it('connections at 95 % of their limit: fewer are let in within 5 s, and nothing is taken for healthy when the reporter dies', async () => {
  const { seen, verdictOf } = await besideScheduling(() =>
    runExternalSignal({ calmMs: 10_000, shortMs: 8_000, deadMs: 10_000, wellMs: 15_000 }),
  );
  const { factorBefore, fellMs, factorAtDeath, highestWhileUnknown, isStale, said, factorAfter, lies } = seen;

  expect(verdictOf(factorBefore === 1, `factor ${factorBefore}`), `factor ${factorBefore}`).not.toBe(
    'failed',
  );
  expect(verdictOf(fellMs !== null && fellMs <= FELL_WITHIN_MS), `fell after ${fellMs} ms`).not.toBe(
    'failed',
  );
  expect(isStale).toBe(true);
  expect(verdictOf(highestWhileUnknown <= factorAtDeath), 'it holds').not.toBe('failed');
  expect(said.join('\n')).toMatch(/unknown/);
  expect(verdictOf(factorAfter > factorAtDeath), 'it rises when it is told that all is well').not.toBe(
    'failed',
  );
  for (const status of lies) expect(status).toBe(400);
});
