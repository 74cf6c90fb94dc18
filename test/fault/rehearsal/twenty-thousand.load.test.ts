import { expect, it } from 'vitest';
import { runBig } from './twenty-thousand.ts';

it('more than 20,000 wait at once at one gateway with Redis, and all get in by turn within five minutes', async () => {
  const run = {
    visitors: 27_000,
    arrivingSeconds: 35,
    sessions: 800,
    admissionsPerMinute: 10_800,
    staySeconds: 2,
    seconds: 240,
    seed: 81,
  };
  const { result, books, mostWaiting, memoryMb, seconds } = await runBig(run);
  const { figures, laws, generator } = result;
  console.log({ ...{ seconds, mostWaiting, memoryMb, laws }, lost: figures.visitors, generator });

  expect(books.sessions.most).toBeLessThanOrEqual(run.sessions);
  expect(books.admissions.mostPerMinute).toBeLessThanOrEqual(run.admissionsPerMinute * (1 + 1 / 30));
  for (const [name, { examples }] of Object.entries(laws)) expect(examples, name).toEqual([]);
  // What a sender without CPU did not bring about says nothing.
  if (!generator.isHonest) return console.log('invalid:', figures.invalidBecause);
  expect(books.admissions.total).toBe(run.visitors);
  expect(figures.visitors).toMatchObject({ came: run.visitors, left: run.visitors });
  expect(mostWaiting).toBeGreaterThanOrEqual(20_000);
  expect(memoryMb.end - memoryMb.full).toBeLessThan(50);
  expect(seconds).toBeLessThan(300);
});
