/**
 * `npm run demo:surge`: shows within half a minute how a line forms and drains, beside what the same crowd does to the same
 * platform without a gate. Leaves no process and no file behind. Exit codes: 0 good, 1 failure or interrupted, 2 wrong usage.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { CommanderError } from 'commander';
import { createScreen } from './surge/chart.ts';
import { readOptions, type SurgeOptions } from './surge/options.ts';
import { lookAt, type Scene } from './surge/scene.ts';
import { EVENT_ID, LIMITS, type Side, type Stage, setStage } from './surge/stage.ts';
import { summaryOf } from './surge/summary.ts';
import { type Crowd, sendCrowd } from './visitors/crowd.ts';
import type { VisitorPlan } from './visitors/words.ts';

const ARRIVING_MS = 4000;
const SCENE_MS = 1000;

const INTERRUPTED = new Error('interrupted');

/** Fills the form in within three seconds, reloads what fails, and has had enough after three reloads. */
const REGISTRANT: VisitorPlan = {
  kind: 'browser',
  address: `/ereg/newreg.php?eventid=${EVENT_ID}`,
  givesUpAfterPolls: null,
  stayMs: 3000,
  fillsForm: true,
  leaves: true,
  retries: 3,
  patienceMs: 8000,
};

async function main(options: SurgeOptions): Promise<void> {
  const over = new AbortController();
  console.log(
    `${options.visitors} visitors come within ${ARRIVING_MS / 1000} s; the gate lets in ${LIMITS.admissionsPerMinute / 60} a second.\n`,
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => over.abort(INTERRUPTED));
  try {
    await run(options, over);
  } catch (error) {
    // Whatever fails once the children are killed fails because of that.
    throw over.signal.reason === INTERRUPTED ? INTERRUPTED : error;
  }
}

async function run(options: SurgeOptions, over: AbortController): Promise<void> {
  const stage = await setStage(over.signal);
  try {
    await play(stage, options, over);
  } finally {
    await stage.strike();
  }
}

async function play(stage: Stage, options: SurgeOptions, over: AbortController): Promise<void> {
  const send = ({ entrance }: Side) =>
    sendCrowd({
      base: entrance,
      count: options.visitors,
      overMs: ARRIVING_MS,
      seed: options.seed,
      plan: () => REGISTRANT,
      signal: over.signal,
    });
  const gated = send(stage.gated);
  const bare = send(stage.bare);
  await show(stage, [gated, bare], options.seconds, over.signal);
  over.signal.throwIfAborted();
  const [gatedStats, bareStats] = await Promise.all([stage.gated.stats(), stage.bare.stats()]);
  over.abort();
  const sides = { gated: await resultOf(gated, gatedStats), bare: await resultOf(bare, bareStats) };
  console.log(`\n${summaryOf(sides.gated, sides.bare).join('\n')}`);
}

async function resultOf<T>(crowd: Crowd, stats: T) {
  return { stats, records: await crowd.done };
}

/** Draws a scene a second until all visitors are gone, or the time is over. */
async function show(
  stage: Stage,
  crowds: readonly Crowd[],
  seconds: number,
  signal: AbortSignal,
): Promise<void> {
  const draw = createScreen(process.stdout);
  const startedAtMs = performance.now();
  const scenes: Scene[] = [];
  const isOver = () =>
    signal.aborted || crowds.every((crowd) => crowd.records.every(({ phase }) => phase === 'gone'));
  while (!isOver()) {
    const elapsedMs = performance.now() - startedAtMs;
    if (elapsedMs >= seconds * 1000) return;
    await delay(SCENE_MS - (elapsedMs % SCENE_MS), undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    scenes.push(await lookAt(stage, (performance.now() - startedAtMs) / 1000));
    draw(scenes);
  }
}

try {
  await main(readOptions());
} catch (error) {
  process.exitCode = report(error);
}

function report(error: unknown): number {
  // Commander has already printed its message.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  console.error(`the demo ended early: ${error instanceof Error ? error.message : error}`);
  return 1;
}
