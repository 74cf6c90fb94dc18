/** The same surge at a room for which nobody set a limit; and a calm that must stay one. */
import { setTimeout as sleep } from 'node:timers/promises';
import { sendArrivals } from '../../../load-tests/visitors/arrivals.ts';
import { noteAnswers } from './answers.ts';
import { bestGoodput, type Collapse, collapseUnder } from './best.ts';
import { capacityOf, DATABASE, registrant } from './capacity.ts';
import { type Decision, decidedAtMs, type Slowness, setStage } from './stage.ts';

export interface NoLimitsRun {
  times: number;
  bestMs: number;
  bareMs: number;
  calmMs: number;
  surgeMs: number;
  /** The last part of the surge, by which it must have found what the platform bears. */
  judgedMs: number;
}

export interface NoLimitsOutcome {
  best: number;
  bare: Collapse;
  goodput: number;
  calmP95Ms: number;
  surgeP95Ms: number;
  mostWaiting: number;
  /** Decisions, and visitors told to wait, before the surge. */
  calmDecisions: Decision[];
  calmWaits: number;
  /** From the surge until the platform suffered by its books, and until the room engaged; null: never. */
  distressedMs: number | null;
  engagedMs: number | null;
  told: Record<string, number>;
  course: string[];
  slowness: Slowness;
  journal: Decision[];
}

const THINK_MS = 2_000;
/** Programs that have just been started compile while they answer. */
const WARM_MS = 3_000;
const CALM = 0.4;
/** Decisions that are about a room, or an upstream, in need; `revision` and the like are none. */
const PROTECTIVE = new Set(['engage', 'factor', 'in-flight', 'distress', 'shed', 'isolate']);

export async function runNoLimits(run: NoLimitsRun): Promise<NoLimitsOutcome> {
  const { times, bestMs, bareMs, calmMs, surgeMs, judgedMs } = run;
  const capacity = capacityOf(DATABASE);
  const perSecond = times * capacity;
  const [best, bare] = await Promise.all([
    bestGoodput(bestMs),
    collapseUnder({ perSecond, thinkMs: THINK_MS, forMs: bareMs }),
  ]);
  const stage = await setStage({ room: '{}' });
  const answers = noteAnswers();
  const visitors = sendArrivals({
    ...{ base: stage.gateway.url, perSecond: CALM * capacity, seed: 5 },
    ...{ plan: registrant(THINK_MS), onAnswer: answers.note },
  });
  await sleep(WARM_MS);
  const calmAtMs = performance.now();
  await sleep(calmMs);
  const surgeAtMs = performance.now();
  visitors.setRate(perSecond);
  await sleep(surgeMs);
  const endMs = performance.now();
  const journal = (await stage.journal()).filter(({ kind }) => PROTECTIVE.has(kind) || kind === 'disengage');
  await visitors.stop();
  const { books } = stage;
  const engaged = journal.find((one) => one.kind === 'engage' && decidedAtMs(one) >= surgeAtMs);
  const distressedAtMs = books.distressedAt(surgeAtMs, DATABASE.databaseConnections);
  const outcome = {
    ...{ best, bare, journal },
    goodput: books.goodput(endMs - judgedMs, endMs),
    calmP95Ms: answers.servedMs(0.95, calmAtMs, surgeAtMs),
    surgeP95Ms: answers.servedMs(0.95, endMs - judgedMs, endMs),
    mostWaiting: books.mostWaiting(surgeAtMs, endMs),
    calmDecisions: journal.filter((one) => decidedAtMs(one) < surgeAtMs),
    calmWaits: answers.tally(calmAtMs, surgeAtMs).waiting ?? 0,
    distressedMs: distressedAtMs === null ? null : distressedAtMs - surgeAtMs,
    engagedMs: engaged ? decidedAtMs(engaged) - surgeAtMs : null,
    slowness: await stage.slowness(),
    told: answers.tally(surgeAtMs, endMs),
    course: books.course(calmAtMs, 2_000),
  };
  await stage.strike();
  return outcome;
}
