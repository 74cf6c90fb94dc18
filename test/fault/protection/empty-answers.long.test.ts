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
  expect(Object.keys(otherPrograms)).toEqual(['allowed']);
  expect(Object.keys(visitors)).toEqual(['admitted']);
  expect(verdictOf(during >= 0.7 * before), `${during} after ${before} a second`).not.toBe('failed');
});
