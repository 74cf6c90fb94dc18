/** Twenty times what the platform bears, at a room whose limits an operator set. */
import { setTimeout as sleep } from 'node:timers/promises';
import { sendArrivals } from '../../../load-tests/visitors/arrivals.ts';
import { NAVIGATION, visitor } from '../../support/http-client.ts';
import { noteAnswers } from './answers.ts';
import { bestGoodput, type Collapse, collapseUnder } from './best.ts';
import { capacityOf, DATABASE, EVENT, registrant } from './capacity.ts';
import { type Decision, type Slowness, setStage } from './stage.ts';

export interface SurgeRun {
  /** Arrivals, by what the platform bears. */
  times: number;
  bestMs: number;
  bareMs: number;
  calmMs: number;
  surgeMs: number;
}

export interface SurgeOutcome {
  /** Registrations a second. */
  best: number;
  bare: Collapse;
  goodput: number;
  /** Longest queue at the database. */
  mostWaiting: number;
  /** Of the time that pages of the platform took, as their visitors saw it. */
  calmP95Ms: number;
  surgeP95Ms: number;
  told: Record<string, number>;
  thrownOut: number;
  course: string[];
  slowness: Slowness;
  journal: Decision[];
}

const THINK_MS = 2_000;
/** Programs that have just been started compile while they answer. */
const WARM_MS = 3_000;
/** An operator stays a little below what was measured. */
const PRUDENT = 0.92;
const CALM = 0.3;
/** Whoever was let in before the surge does not count for it; who comes with it needs as long to register. */
const SETTLE_MS = 8_000;

export async function runSurge({ times, bestMs, bareMs, calmMs, surgeMs }: SurgeRun): Promise<SurgeOutcome> {
  const capacity = capacityOf(DATABASE);
  const perSecond = times * capacity;
  const [best, bare] = await Promise.all([
    bestGoodput(bestMs),
    collapseUnder({ perSecond, thinkMs: THINK_MS, forMs: bareMs }),
  ]);
  const stage = await setStage({
    room: `{ limits: { admissionsPerMinute: ${Math.floor(PRUDENT * best * 60)} } }`,
  });
  const answers = noteAnswers();
  const visitors = sendArrivals({
    ...{ base: stage.gateway.url, perSecond: CALM * capacity, seed: 3 },
    ...{ plan: registrant(THINK_MS), onAnswer: answers.note },
  });
  await sleep(WARM_MS);
  const calmAtMs = performance.now();
  await sleep(calmMs);
  const surgeAtMs = performance.now();
  visitors.setRate(perSecond);
  await sleep(surgeMs);
  const endMs = performance.now();
  const journal = await stage.journal();
  const records = await visitors.stop();
  const settledMs = surgeAtMs + Math.min(SETTLE_MS, surgeMs / 2);
  const outcome = {
    ...{ best, bare, journal },
    goodput: stage.books.goodput(settledMs, endMs),
    mostWaiting: stage.books.mostWaiting(surgeAtMs, endMs),
    calmP95Ms: answers.servedMs(0.95, calmAtMs, surgeAtMs),
    surgeP95Ms: answers.servedMs(0.95, settledMs, endMs),
    told: answers.tally(surgeAtMs, endMs),
    course: stage.books.course(surgeAtMs, 2_000),
    slowness: await stage.slowness(),
    thrownOut: records.filter(({ outcome }) => outcome === 'thrown-out').length,
  };
  await stage.strike();
  return outcome;
}

/** What each of `limit + 1` visitors who come one after the other is told, where `limit` fit in. */
export async function engagement(limit: number): Promise<(string | undefined)[]> {
  const stage = await setStage({ room: `{ limits: { sessions: ${limit}, submitReserve: 0 } }` });
  const states: (string | undefined)[] = [];
  for (let index = 0; index <= limit; index++) {
    const one = visitor(stage.gateway.url, NAVIGATION);
    states.push((await one.open(`/ereg/newreg.php?eventid=${EVENT}`)).state);
  }
  await stage.strike();
  return states;
}
