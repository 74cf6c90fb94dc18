/** Ten events share a platform; one of them gets twenty times what the whole platform bears, the other nine stay as calm as they were. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Arrivals, sendArrivals } from '../../../load-tests/visitors/arrivals.ts';
import { startPlatformProcess } from '../../support/platform-process.ts';
import { noteAnswers } from './answers.ts';
import { capacityOf, DATABASE, registrant } from './capacity.ts';
import { type Decision, type Slowness, type Stage, setStage } from './stage.ts';

export interface IsolationRun {
  /** Whether each event has a limit of its own. */
  hasLimits: boolean;
  calmMs: number;
  surgeMs: number;
  bareMs: number;
}

export interface IsolationOutcome {
  /** Of the nine calm events: 99th percentile of a page, before and during the surge; and the median. */
  calmP99Ms: number;
  surgeP99Ms: number;
  /** From four seconds after its begin. */
  laterP99Ms: number;
  medianMs: number;
  /** What their visitors were told during the surge. */
  calmTold: Record<string, number>;
  surgingTold: Record<string, number>;
  /** 99th percentile of the nine without a gate, and how many of their requests failed. */
  bare: { p99Ms: number; told: Record<string, number> };
  goodput: number;
  course: string[];
  slowness: Slowness;
  journal: Decision[];
}

const SURGING = 'a1';
const CALM = Array.from({ length: 9 }, (_, index) => `b${index + 1}`);
/** Each of the nine, of what the platform bears. */
const CALM_SHARE = 0.03;
/** Of the surging event: with what the nine need it leaves the platform well below what it bears. */
const LIMIT_SHARE = 0.4;
const TIMES = 20;
const THINK_MS = 2_000;
const LATER_MS = 4_000;
/** Programs that have just been started compile while they answer. */
const WARM_MS = 4_000;

/** Visitors of all ten, of whom those of one event may be more. */
function sendTen(base: string) {
  const capacity = capacityOf(DATABASE);
  const [calm, surging] = [noteAnswers(), noteAnswers()];
  const send = (eventId: string, seed: number, share: number, answers: typeof calm): Arrivals =>
    sendArrivals({
      ...{ base, seed, perSecond: share * capacity },
      ...{ plan: registrant(THINK_MS, eventId), onAnswer: answers.note },
    });
  const nine = CALM.map((eventId, index) => send(eventId, 100 + index, CALM_SHARE, calm));
  const one = send(SURGING, 99, CALM_SHARE, surging);
  return {
    ...{ calm, surging },
    surge: () => one.setRate(TIMES * capacity),
    stop: () => Promise.all([...nine, one].map((arrivals) => arrivals.stop())),
  };
}

async function withoutGate(forMs: number): Promise<IsolationOutcome['bare']> {
  const platform = await startPlatformProcess();
  await platform.setMode(DATABASE);
  const visitors = sendTen(platform.url);
  visitors.surge();
  const fromMs = performance.now();
  await sleep(forMs);
  const endMs = performance.now();
  await visitors.stop();
  await platform.stop();
  return { p99Ms: visitors.calm.servedMs(0.99, fromMs, endMs), told: visitors.calm.tally(fromMs, endMs) };
}

export async function runIsolation({
  hasLimits,
  calmMs,
  surgeMs,
  bareMs,
}: IsolationRun): Promise<IsolationOutcome> {
  const bare = await withoutGate(bareMs);
  const perMinute = Math.floor(LIMIT_SHARE * capacityOf(DATABASE) * 60);
  const stage: Stage = await setStage({
    room: hasLimits ? `{ limits: { admissionsPerMinute: ${perMinute} } }` : '{}',
  });
  const visitors = sendTen(stage.gateway.url);
  await sleep(WARM_MS);
  const calmAtMs = performance.now();
  await sleep(calmMs);
  const surgeAtMs = performance.now();
  visitors.surge();
  await sleep(surgeMs);
  const endMs = performance.now();
  const journal = await stage.journal();
  await visitors.stop();
  const { calm, surging } = visitors;
  const outcome = {
    ...{ bare, journal },
    calmP99Ms: calm.servedMs(0.99, calmAtMs, surgeAtMs),
    surgeP99Ms: calm.servedMs(0.99, surgeAtMs, endMs),
    laterP99Ms: calm.servedMs(0.99, surgeAtMs + LATER_MS, endMs),
    medianMs: calm.servedMs(0.5, surgeAtMs, endMs),
    slowness: await stage.slowness(),
    calmTold: calm.tally(surgeAtMs, endMs),
    surgingTold: surging.tally(surgeAtMs, endMs),
    goodput: stage.books.goodput(surgeAtMs + LATER_MS, endMs),
    course: stage.books.course(surgeAtMs, 2_000),
  };
  await stage.strike();
  return outcome;
}
