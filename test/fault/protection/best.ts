/** The platform's best, and its worst: found in the same run that the gate is judged by. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Mode } from '../../../load-tests/platform/mode.ts';
import { sendArrivals } from '../../../load-tests/visitors/arrivals.ts';
import { saturate } from '../../../load-tests/visitors/saturate.ts';
import { startPlatformProcess } from '../../support/platform-process.ts';
import { watchBooks } from './books.ts';
import { DATABASE, registrant } from './capacity.ts';

/** Visitors at once, by connections of the database. */
const SWEEP = [0.75, 1.25, 2];
const SETTLE_MS = 2_000;

/** Registrations a second at the best of several numbers of visitors at once, none of whom thinks. */
export async function bestGoodput(spanMs: number, database = DATABASE): Promise<number> {
  const found = await Promise.all(
    SWEEP.map((times) => goodputAt(Math.round(times * database.databaseConnections), spanMs, database)),
  );
  return Math.max(...found);
}

async function goodputAt(atOnce: number, spanMs: number, database: Partial<Mode>): Promise<number> {
  const platform = await startPlatformProcess();
  await platform.setMode(database);
  const books = watchBooks(platform);
  const plan = { ...registrant(0)(() => 0.5), stayMs: 0 };
  const visitors = saturate({ base: platform.url, atOnce, spreadMs: SETTLE_MS, plan });
  await sleep(SETTLE_MS);
  const fromMs = performance.now();
  await sleep(spanMs);
  const goodput = books.goodput(fromMs, performance.now());
  await visitors.stop();
  await books.stop();
  await platform.stop();
  return goodput;
}

export interface Collapse {
  /** Registrations a second in the second half of the load. */
  goodput: number;
  /** Requests that failed, of all. */
  failedShare: number;
  mostWaiting: number;
}

/** The same visitors without a gate. */
export async function collapseUnder(load: {
  perSecond: number;
  thinkMs: number;
  forMs: number;
  database?: Partial<Mode>;
}): Promise<Collapse> {
  const { perSecond, thinkMs, forMs, database = DATABASE } = load;
  const platform = await startPlatformProcess();
  await platform.setMode(database);
  const books = watchBooks(platform);
  const beganMs = performance.now();
  const visitors = sendArrivals({ base: platform.url, perSecond, seed: 2, plan: registrant(thinkMs) });
  await sleep(forMs);
  const endedMs = performance.now();
  await visitors.stop();
  await books.stop();
  const { requests, failed } = books.entries.at(-1)!;
  await platform.stop();
  return {
    goodput: books.goodput(beganMs + forMs / 2, endedMs),
    failedShare: failed / requests,
    mostWaiting: books.mostWaiting(beganMs, endedMs),
  };
}
