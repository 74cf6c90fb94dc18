import { expect, it } from 'vitest';
import { besideScheduling } from './beside-scheduling.ts';
import { runEmptyAnswers } from './empty-answers.ts';

const NAMED_WITHIN_MS = 10_000;

it('one route answers with nothing: it is named within 10 s, and nothing else is shed', async () => {
  const { seen, verdictOf } = await besideScheduling(() =>
    runEmptyAnswers({ wellMs: 16_000, emptyMs: 20_000 }),
  );
  const { namedMs, before, during, visitors, otherPrograms } = seen;

  expect(verdictOf(namedMs !== null && namedMs <= NAMED_WITHIN_MS), `named after ${namedMs} ms`).not.toBe(
    'failed',
  );
  // Where answers of a starved machine take long, the platform is short for everybody.
  for (const [told, as] of [
    [otherPrograms, 'allowed'],
    [visitors, 'admitted'],
  ] as const) {
    const states = Object.keys(told).join(', ');
    expect(verdictOf(states === as, states), states).not.toBe('failed');
  }
  expect(verdictOf(during >= 0.7 * before), `${during} after ${before} a second`).not.toBe('failed');
});
