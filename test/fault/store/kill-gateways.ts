/** Random gateways of three are killed, again and again, under visitors who come, wait and are inside. */
import { setTimeout as sleep } from 'node:timers/promises';
import { tallyOf } from '../../../load-tests/visitors/crowd.ts';
import { startFleet } from '../../support/fleet.ts';
import { startRedis } from '../../support/redis-server.ts';
import { watchRoom } from '../../support/room-watch.ts';
import { measureSchedulingDelay } from '../../support/scheduling-delay.ts';
import { addFaultRow } from '../report.ts';
import { judge, type Verdict } from '../verdict.ts';
import { between, patientVisitor, ROOM } from './visitors.ts';

export interface KillRun {
  sessions: number;
  visitors: number;
  /** The arrivals are spread over this time. */
  overMs: number;
  stayMs: { least: number; most: number };
  killEveryMs: number;
  /** Time for which gateways are killed. */
  forMs: number;
  seed: number;
}

export interface KillOutcome extends Verdict {
  kills: number;
  /** Visitors by how their visit ended. */
  outcomes: Record<string, number>;
  callingAgainSeconds: number | null;
  schedulingDelayMs: number;
  seconds: number;
}

export async function runKills(run: KillRun): Promise<KillOutcome> {
  const redis = await startRedis();
  const fleet = await startFleet({
    gateways: 3,
    store: `{ kind: redis, url: "${redis.url}" }`,
    room: `{ limits: { sessions: ${run.sessions}, submitReserve: 0 }, session: { idleSeconds: 60 } }`,
    idleSeconds: 60,
  });
  const [watch, delay] = [watchRoom(fleet, ROOM), measureSchedulingDelay()];
  const startedMs = performance.now();
  const crowd = fleet.crowd({
    count: run.visitors,
    overMs: run.overMs,
    seed: run.seed,
    plan: (random, index) => patientVisitor(index, between(random, run.stayMs.least, run.stayMs.most)),
  });

  let kills = 0;
  const restarts: Array<Promise<void>> = [];
  for (const endMs = startedMs + run.forMs; performance.now() < endMs; ) {
    await sleep(run.killEveryMs);
    // One stays, as with a deployment that is watched: with nobody to ask there is nothing to judge.
    const live = fleet.live();
    if (live.length < 2) continue;
    const victim = live[Math.floor(Math.random() * live.length)]!;
    await victim.kill();
    kills += 1;
    const restarted = victim.restart();
    // Judged when all of them are awaited.
    restarted.catch(() => {});
    restarts.push(restarted);
  }
  await Promise.all(restarts);
  const endedMs = performance.now();
  const records = await crowd.done;
  const books = await fleet.platform.stats();
  await watch.stop();
  const schedulingDelayMs = (await delay.stop()).p99Ms;
  const mostSessions = books.sessions.most;
  const verdict = judge({ records, mostSessions, limit: run.sessions, schedulingDelayMs });
  const callingAgainSeconds = watch.callingAgainSeconds(endedMs);
  addFaultRow({
    fault: `a random gateway of 3 killed every ${run.killEveryMs / 1_000} s`,
    ...verdict,
    callingAgainSeconds,
    schedulingDelayMs,
  });
  await fleet.stop();
  return {
    ...verdict,
    kills,
    outcomes: tallyOf(records).outcomes,
    ...{ callingAgainSeconds, schedulingDelayMs },
    seconds: (performance.now() - startedMs) / 1_000,
  };
}
