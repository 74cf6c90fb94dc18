/** The same surge before one gateway and before four that share a Redis: together they let in what one lets in. */
import { setTimeout as sleep } from 'node:timers/promises';
import { sendArrivals } from '../../../load-tests/visitors/arrivals.ts';
import { HOST, startFleet } from '../../support/fleet.ts';
import { startPlatformProcess } from '../../support/platform-process.ts';
import { startRedis } from '../../support/redis-server.ts';
import { noteAnswers } from './answers.ts';
import { watchBooks } from './books.ts';
import { capacityOf, DATABASE, registrant } from './capacity.ts';
import { watchDecided } from './many-gateways-decided.ts';

export interface GatewaysRun {
  times: number;
  /** In which they learn what is usual. */
  calmMs: number;
  surgeMs: number;
  /** The last part of the surge: before it each run goes its own way to what the platform bears. */
  judgedMs: number;
}

export interface GatewaysOutcome {
  gateways: number;
  /** A minute, by the room's own count. */
  admissions: number;
  /** A minute, the median of what was decided. */
  decided: number;
  /** Requests in flight that all together are held to, in the median; NaN: they never were. */
  inFlightLimit: number;
  /** In the first moments of the surge, before anybody can know what it is, and until the room was held to a rate. */
  admittedAtFirst: number;
  heldAfterMs: number | null;
  /** Registrations a second. */
  goodput: number;
  mostWaiting: number;
  told: Record<string, number>;
  course: string[];
  decisions: string[];
}

const THINK_MS = 2_000;
/** So much of what the platform bears that they learn it before the surge: from there the way to all of it is short. */
const CALM = 0.75;
const FIRST_MS = 3_000;
/** A gateway's view of the room is so old at most. */
const VIEW_MS = 600;

export async function runGateways(gateways: number, run: GatewaysRun): Promise<GatewaysOutcome> {
  const capacity = capacityOf(DATABASE);
  const redis = await startRedis();
  const platform = await startPlatformProcess({ integrated: true });
  await platform.setMode(DATABASE);
  const fleet = await startFleet({
    ...{ gateways, platform, room: '{}', store: `{ kind: redis, url: "${redis.url}" }` },
    protection:
      '{ joins: { perNetworkPerMinute: null, perClientPerMinute: null, proofOfWork: { mode: off } } }',
  });
  const books = watchBooks(platform);
  const decided = watchDecided(fleet.gateways[0]!);
  const answers = noteAnswers();
  const visitors = sendArrivals({
    ...{ base: fleet.origin, host: HOST, perSecond: CALM * capacity, seed: 13 },
    ...{ plan: registrant(THINK_MS), onAnswer: answers.note },
  });
  await sleep(run.calmMs);
  const surgeAtMs = performance.now();
  visitors.setRate(run.times * capacity);
  await sleep(run.surgeMs);
  const endMs = performance.now();
  const judged = [endMs - run.judgedMs, endMs] as const;
  await visitors.stop();
  await Promise.all([books.stop(), decided.stop()]);
  const heldAtMs = decided.heldAt(surgeAtMs);
  const outcome = {
    gateways,
    admissions: decided.admissions(...judged),
    decided: decided.perMinute(...judged),
    inFlightLimit: decided.inFlight(...judged),
    admittedAtFirst: decided.admitted(surgeAtMs + VIEW_MS, surgeAtMs + VIEW_MS + FIRST_MS),
    heldAfterMs: heldAtMs === null ? null : heldAtMs - surgeAtMs,
    goodput: books.goodput(...judged),
    mostWaiting: books.mostWaiting(surgeAtMs, endMs),
    told: answers.tally(surgeAtMs, endMs),
    course: books.course(surgeAtMs, 2_000),
    decisions: decided.course(surgeAtMs),
  };
  await fleet.stop();
  await redis.stop();
  return outcome;
}
