/** The same surge before one gateway and before four that share a Redis: together they let in what one lets in. */
import { setTimeout as sleep } from 'node:timers/promises';
import { sendArrivals } from '../../../load-tests/visitors/arrivals.ts';
import { type Fleet, HOST, startFleet } from '../../support/fleet.ts';
import { startPlatformProcess } from '../../support/platform-process.ts';
import { startRedis } from '../../support/redis-server.ts';
import { noteAnswers } from './answers.ts';
import { watchBooks } from './books.ts';
import { capacityOf, DATABASE, registrant } from './capacity.ts';

export interface GatewaysRun {
  times: number;
  calmMs: number;
  surgeMs: number;
  /** The last part of the surge. */
  judgedMs: number;
}

export interface GatewaysOutcome {
  gateways: number;
  /** A second. */
  admissions: number;
  goodput: number;
  mostWaiting: number;
  /** Requests in flight that all together are held to, in the mean; null: they never were. */
  inFlightLimit: number | null;
  told: Record<string, number>;
  course: string[];
}

const THINK_MS = 2_000;
const CALM = 0.4;
const LOOK_MS = 500;

export async function runGateways(gateways: number, run: GatewaysRun): Promise<GatewaysOutcome> {
  const capacity = capacityOf(DATABASE);
  const redis = await startRedis();
  const platform = await startPlatformProcess({ integrated: true });
  await platform.setMode(DATABASE);
  const fleet = await startFleet({
    ...{ gateways, platform, room: '{}', store: `{ kind: redis, url: "${redis.url}" }` },
    more: 'protection: { joins: { perNetworkPerMinute: null, perClientPerMinute: null, proofOfWork: { mode: off } } }',
  });
  const books = watchBooks(platform);
  const answers = noteAnswers();
  const visitors = sendArrivals({
    ...{ base: fleet.origin, host: HOST, perSecond: CALM * capacity, seed: 13 },
    ...{ plan: registrant(THINK_MS), onAnswer: answers.note },
  });
  await sleep(run.calmMs);
  const surgeAtMs = performance.now();
  visitors.setRate(run.times * capacity);
  await sleep(run.surgeMs - run.judgedMs);
  const inFlightLimit = await meanLimit(fleet, run.judgedMs);
  const endMs = performance.now();
  await visitors.stop();
  await books.stop();
  const outcome = {
    ...{ gateways, inFlightLimit },
    admissions: books.admissions(endMs - run.judgedMs, endMs),
    goodput: books.goodput(endMs - run.judgedMs, endMs),
    mostWaiting: books.mostWaiting(surgeAtMs, endMs),
    told: answers.tally(surgeAtMs, endMs),
    course: books.course(surgeAtMs, 2_000),
  };
  await fleet.stop();
  return outcome;
}

async function meanLimit(fleet: Fleet, forMs: number): Promise<number | null> {
  const limitsSeen: number[] = [];
  const endMs = performance.now() + forMs;
  for (; performance.now() < endMs; await sleep(LOOK_MS)) {
    const limits = await Promise.all(fleet.gateways.map(({ metricsUrl }) => limitAt(metricsUrl)));
    limitsSeen.push(...limits.filter((limit) => limit !== null));
  }
  return limitsSeen.length === 0
    ? null
    : limitsSeen.reduce((sum, limit) => sum + limit, 0) / limitsSeen.length;
}

/** Each tells the same, that of all together. */
async function limitAt(metricsUrl: string): Promise<number | null> {
  const text = await (await fetch(`${metricsUrl}/metrics`)).text();
  const found = /^headgate_upstream_in_flight_limit\{[^}]*\} ([\d.]+)$/m.exec(text);
  return found ? Number(found[1]) : null;
}
