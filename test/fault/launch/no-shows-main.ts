/** The crowd of a run with no-shows, in a process of its own: sends it, watches how the slots are used, and prints what was seen. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { PlatformStats } from '../../../load-tests/platform/books.ts';
import { sendCrowd, tallyOf } from '../../../load-tests/visitors/crowd.ts';
import { grownPositions } from '../../../load-tests/visitors/laws.ts';
import type { Random, VisitorPlan } from '../../../load-tests/visitors/words.ts';
import type { NoShowsRun, NoShowsSeen } from './no-shows.ts';

const [, , gate = '', platform = '', words = '{}'] = process.argv;
const run = JSON.parse(words) as NoShowsRun;

const SETTLE_MS = 30_000;
const LOOK_MS = 1_000;
const STATUS = `${gate}/.headgate/rooms/event-4711/status`;

const end = new AbortController();
const crowd = sendCrowd({
  ...{ base: gate, count: run.visitors, overMs: run.judgedMs, seed: run.seed, signal: end.signal },
  plan: planOf,
});
const use = await watchUse();
end.abort();
const records = await crowd.done;
const { sessions } = await ask<PlatformStats>(`${platform}/_platform/stats`);
const seen: NoShowsSeen = {
  ...use,
  most: sessions.most,
  outcomes: { ...tallyOf(records).outcomes },
  grown: grownPositions(records).length,
};
console.log(`seen ${JSON.stringify(seen)}`);

/** Those who do not come walk away at once or after a few looks; the others stay for an exponential time and say goodbye. */
function planOf(random: Random): VisitorPlan {
  return {
    ...{ kind: 'browser', address: '/ereg/newreg.php?eventid=4711', fillsForm: false, leaves: true },
    givesUpAfterPolls: random() < run.noShowShare ? Math.floor(random() * 3) : null,
    stayMs: -Math.log(1 - random()) * run.stayMs,
    ...{ retries: 3, patienceMs: 600_000 },
  };
}

/** Slot-seconds by the platform's books, while somebody waits, from 30 s on. */
async function watchUse() {
  const startedMs = performance.now();
  const use = { slotSeconds: 0, waitedSeconds: 0 };
  for (let last = startedMs; last - startedMs < SETTLE_MS + run.judgedMs; ) {
    await sleep(LOOK_MS);
    const [stats, room] = await Promise.all([
      ask<PlatformStats>(`${platform}/_platform/stats`),
      ask<{ waiting: number }>(STATUS),
    ]);
    const now = performance.now();
    if (room.waiting > 0 && now - startedMs > SETTLE_MS) {
      use.slotSeconds += (stats.sessions.now * (now - last)) / 1_000;
      use.waitedSeconds += (now - last) / 1_000;
    }
    last = now;
  }
  return use;
}

async function ask<T>(url: string): Promise<T> {
  return (await (await fetch(url)).json()) as T;
}
