/**
 * Plays a scenario on a stage: visitors come, moments happen at their times, each second is looked at, and in the end all is judged.
 * Whatever happens on the stage becomes part of the report: it never throws for it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Figures, Stage } from '../../stage/words.ts';
import { arrivalTimes, type Load, type LoadResult, sendLoad } from '../../visitors/load.ts';
import type { RehearsalReport, SeenFinding } from '../report-words.ts';
import type { Scenario, Scene } from '../words.ts';
import { atScenarioPace } from './at-pace.ts';
import { type Moments, startMoments } from './moments.ts';
import { makeReport } from './report.ts';
import { endOfScenes, endOfVisitors, momentFigures } from './visitor-figures.ts';

export interface PlayOptions {
  seed: number;
  /** Scenario's seconds a real one. */
  compress: number;
  /** Arrivals are scaled so that about so many come; null: as written. */
  visitors: number | null;
  /** Name of the launch that is rehearsed; null: none in particular. */
  launch: string | null;
  /** Ends it; the report is of what was played until then. Its reason, where it is an Error, is told as why. */
  signal: AbortSignal;
  onScene?(scene: Scene): void;
  /** Processes that send; see LoadOptions. */
  workers?: number;
}

/** What was seen of a play, whole or not. */
export interface Played {
  startedAt: Date;
  tookSeconds: number;
  endedEarly: string | null;
  revision: number;
  configText: string;
  scenes: readonly Scene[];
  moments: Moments;
  result: LoadResult;
  /** Figures of kind `end`. */
  end: Figures;
  findings: readonly SeenFinding[];
}

const SCENE_MS = 1_000;
const MS = 1_000;
/** A gateway that drains when the time is over may come up again first. */
const LAST_DEED_MS = 30_000;

export async function play(scenario: Scenario, stage: Stage, options: PlayOptions): Promise<RehearsalReport> {
  const startedAt = new Date();
  const beganMs = performance.now();
  const [revision, configText] = await Promise.all([
    stage.revision().catch(() => 0),
    stage.configText().catch(() => ''),
  ]);
  const load = await send(scenario, stage, options);
  const clock = await alignedClock(load, options.compress);
  const moments = startMoments(scenario.moments, stage, { ...options, nowSeconds: clock });
  const scenes = await watch(scenario, stage, load, clock, options);
  const endedEarly = reasonOf(options.signal);
  await moments.end(endedEarly === null ? LAST_DEED_MS : 0);
  const [atEnd, findings] = await Promise.all([
    stage.atEnd().catch((): Figures => ({})),
    stage.findings().catch(() => []),
  ]);
  const result = await load.stop();
  const end = { ...atEnd, ...endFigures(scenario, result, scenes, options) };
  return makeReport(scenario, stage, options, {
    ...{ startedAt, endedEarly, revision, configText, scenes, moments, result, end, findings },
    tookSeconds: (performance.now() - beganMs) / MS,
  });
}

function send(scenario: Scenario, stage: Stage, options: PlayOptions): Promise<Load> {
  const { compress, seed, visitors, workers } = options;
  const plan = { groups: scenario.groups, seconds: scenario.seconds, compress, seed, visitors };
  return sendLoad(plan, stage.target, {
    ...(workers === undefined ? {} : { workers }),
    untilBegin: () => untilClock(stage.beginsAtMs, options.signal),
  });
}

async function untilClock(epochMs: number | null, signal: AbortSignal): Promise<void> {
  const leftMs = (epochMs ?? 0) - Date.now();
  if (leftMs > 0) await sleep(leftMs, undefined, { signal }).catch(() => {});
}

/** The scenario's time, as visitors have it. */
async function alignedClock(load: Load, compress: number): Promise<() => number> {
  const { atSeconds } = await load.figures();
  const beganMs = performance.now() - (atSeconds * MS) / compress;
  return () => ((performance.now() - beganMs) / MS) * compress;
}

/** One scene each second of real time, until the scenario is over. */
async function watch(
  scenario: Scenario,
  stage: Stage,
  load: Load,
  nowSeconds: () => number,
  { compress, signal, onScene }: PlayOptions,
): Promise<Scene[]> {
  const scenes: Scene[] = [];
  while (nowSeconds() < scenario.seconds && !signal.aborted) {
    const passedMs = (nowSeconds() * MS) / compress;
    const leftMs = ((scenario.seconds - nowSeconds()) * MS) / compress;
    await sleep(Math.min(leftMs, SCENE_MS - (passedMs % SCENE_MS)), undefined, { signal }).catch(() => {});
    if (signal.aborted) return scenes;
    const atSeconds = Math.round(nowSeconds() * 10) / 10;
    const [seen, visitors] = await Promise.all([stage.look(), load.figures()]);
    const scene = { atSeconds, figures: atScenarioPace({ ...seen, ...momentFigures(visitors) }, compress) };
    scenes.push(scene);
    onScene?.(scene);
  }
  return scenes;
}

function endFigures(
  scenario: Scenario,
  result: LoadResult,
  scenes: readonly Scene[],
  { compress, seed }: PlayOptions,
): Figures {
  return {
    ...atScenarioPace(endOfVisitors(scenario, result, compress), compress),
    ...endOfScenes(scenes, beginOf(scenario, seed)),
  };
}

/** The opening; where nobody counts down to one, the first arrival. */
function beginOf({ groups }: Scenario, seed: number): number {
  const openings = groups.flatMap(({ arrivals }) =>
    arrivals.shape === 'countdown' ? [arrivals.opensAtSeconds] : [],
  );
  if (openings.length > 0) return Math.min(...openings);
  const firsts = groups.map((group) => firstArrival(group, seed)).filter((first) => first !== null);
  return firsts.length === 0 ? 0 : Math.min(...firsts);
}

function firstArrival(group: Scenario['groups'][number], seed: number): number | null {
  for (const { atSeconds } of arrivalTimes(group, seed)) return atSeconds;
  return null;
}

function reasonOf(signal: AbortSignal): string | null {
  if (!signal.aborted) return null;
  const { reason } = signal;
  return reason instanceof Error && reason.name !== 'AbortError' ? reason.message : 'it was ended by hand';
}
