/** The crowd of a sale of seats, in a process of its own: sends it, and writes what it saw into a file. */
import { writeFile } from 'node:fs/promises';
import { sendCrowd } from '../../../load-tests/visitors/crowd.ts';
import type { Random, VisitorPlan } from '../../../load-tests/visitors/words.ts';
import type { SeatsRun } from './seats.ts';

const [, , gate = '', address = '', file = '', words = '{}'] = process.argv;
const run = JSON.parse(words) as SeatsRun;

const crowd = sendCrowd({
  ...{ base: gate, count: run.visitors, overMs: run.overMs, seed: run.seed },
  plan: (random) => planOf(run, random),
});
console.log('coming');
await writeFile(file, JSON.stringify(await crowd.done));
console.log('gone');

function planOf(run: SeatsRun, random: Random): VisitorPlan {
  const givesUp = random() < run.giveUpShare;
  return {
    ...{ kind: 'browser', address, givesUpAfterPolls: null, retries: 3, patienceMs: 30_000 },
    // Between half and one and a half times as long.
    stayMs: run.stayMs * (0.5 + random()),
    fillsForm: !givesUp,
    leaves: !givesUp || random() < 2 / 3,
  };
}
