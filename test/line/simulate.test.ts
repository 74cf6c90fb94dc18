/** The simulator in short: a few seeded days hold every law, a few cells reach their figure, and the books notice a broken gate. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { seededDay, worstDay } from '../../load-tests/simulate/days.ts';
import { readOptions } from '../../load-tests/simulate/options.ts';
import { playDay } from '../../load-tests/simulate/play.ts';
import { figureOf, playCell } from '../../load-tests/simulate/table.ts';
import { plantedFaults } from './planted-faults.ts';

const main = fileURLToPath(new URL('../../load-tests/simulate/main.ts', import.meta.url));

const none = {
  overLimit: 0,
  overRate: 0,
  outOfOrder: 0,
  positionsGrown: 0,
  wronglyRefused: 0,
  thrownOut: 0,
  usedTwice: 0,
};

const options = {
  seed: 1,
  days: 0,
  sessions: null,
  staySeconds: null,
  noShows: null,
  minutes: 20,
  json: false,
};

test.each([1, 2, 3, 4, 5, 6])(
  'day %i with kills, restarts, lost replies and wrong clocks breaks no law',
  (seed) => {
    const outcome = playDay(seededDay(seed, 20));
    console.info(JSON.stringify(outcome));
    expect(outcome.faults).toEqual(none);
    expect(outcome.admitted).toBeGreaterThan(100);
  },
);

test.each([
  [20, 60, 0.5],
  [20, 180, 0.7],
  [200, 60, 0.7],
])(
  '%i sessions with stays of %i s and %f no-shows are used as much as the design says',
  (sessions, stay, noShows) => {
    const { seen, figure, broken } = playCell(sessions, stay, noShows, options);
    console.info(`utilisation ${seen.toFixed(3)} where ${figure} is asked for`);
    expect(seen).toBeGreaterThanOrEqual(figureOf(sessions, stay, noShows)! - 0.005);
    expect(broken).toBe(0);
  },
);

test('the same seed gives the same day', () => {
  expect(playDay(seededDay(7, 5))).toEqual(playDay(seededDay(7, 5)));
});

test.each([
  ['overLimit', 1, 'a claim that ignores the limit', 20],
  ['usedTwice', 3, 'a claim that takes replays', 5],
  ['positionsGrown', 4, 'a position shown without memory', 30],
  ['outOfOrder', 5, 'a call that goes backwards', 3],
  ['outOfOrder', 5, 'a room that forgets its floors', 10],
  ['thrownOut', 9, 'room time that follows the wall clock', 12],
] as const)(
  'the judge of a day sees %s by fault of invariant %i: %s',
  (figure, invariant, fault, minutes) => {
    const broken = plantedFaults[invariant][fault];
    const outcome = playDay(worstDay(1, minutes), broken);
    console.info(JSON.stringify(outcome.faults));
    expect(broken).toBeDefined();
    expect(outcome.faults[figure]).toBeGreaterThan(0);
  },
);

test('wrong usage is named, with what would be right', () => {
  expect(readOptions(['--sessions', 'many'])).toEqual({
    kind: 'wrong',
    message: '--sessions: many must be a whole number from 1 to 10000',
  });
  expect(readOptions(['--no-shows', '70'])).toMatchObject({ kind: 'run', options: { noShows: 0.7 } });
});

test('the command tells by its exit code whether it held, and prints one document with --json', async () => {
  const held = await simulate(
    '--json',
    '--sessions',
    '20',
    '--stay',
    '60',
    '--no-shows',
    '50',
    '--minutes',
    '5',
    '--days',
    '0',
  );
  expect(held.code).toBe(0);
  expect(JSON.parse(held.stdout)).toMatchObject({
    held: true,
    cells: [{ sessions: 20, staySeconds: 60, figure: 0.94 }],
  });

  const wrong = await simulate('--minutes', '0');
  expect(wrong).toMatchObject({ code: 2, stdout: '' });
  expect(wrong.stderr).toContain('--minutes: 0 must be a whole number from 1 to 240');

  expect(await simulate('--help')).toMatchObject({ code: 0, stderr: '' });
});

function simulate(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}
