/** Gateways of one Redis are replaced one after the other, again and again, behind a balancer that obeys `ready`; half way with another configuration. */
import { setTimeout as sleep } from 'node:timers/promises';
import { tallyOf } from '../../../load-tests/visitors/crowd.ts';
import { type Fleet, startFleet } from '../../support/fleet.ts';
import { startRedis } from '../../support/redis-server.ts';
import { longestPauseSeconds, watchRoom } from '../../support/room-watch.ts';
import { measureSchedulingDelay } from '../../support/scheduling-delay.ts';
import { untilSo } from '../../support/within.ts';
import { addFaultRow } from '../report.ts';
import { judge, type Verdict } from '../verdict.ts';
import { between, patientVisitor, ROOM } from './visitors.ts';

export interface RollingRun {
  /** In each, all three gateways are replaced. */
  rounds: number;
  /** Processes of each gateway. */
  workers: number;
  /** Sessions allowed at first, and by revision 2. */
  sessions: readonly [number, number];
  visitors: number;
  overMs: number;
  stayMs: { least: number; most: number };
  seed: number;
}

export interface RollingOutcome extends Verdict {
  restarts: number;
  /** Of the processes that were asked to end. */
  exitCodes: Array<number | null>;
  outcomes: Record<string, number>;
  /** Requests that were answered with a failure, or not at all. */
  failures: number;
  /** Requests that the platform was asked. */
  requests: number;
  mostSessions: number;
  /** By the books, when those who were inside before had left. */
  mostByRevision2: number;
  revisions: number[];
  pauseSeconds: number;
  schedulingDelayMs: number;
  seconds: number;
}

const LOOK_MS = 50;
const DRAIN_SECONDS = 1;
const BOOKS_MS = 100;
const LEAST_LOOKS = 10;
const LINE_MS = 20_000;

export async function runRolling(run: RollingRun): Promise<RollingOutcome> {
  const redis = await startRedis();
  const fleet = await startFleet({
    gateways: 3,
    store: `{ kind: redis, url: "${redis.url}" }`,
    room: lawOf(run.sessions[0]),
    more: moreOf(run, 1),
    drainDelaySeconds: DRAIN_SECONDS,
    idleSeconds: 60,
  });
  const [watch, delay, balancer] = [watchRoom(fleet, ROOM), measureSchedulingDelay(), followReadiness(fleet)];
  const startedMs = performance.now();
  const over = new AbortController();
  const crowd = fleet.crowd({
    ...{ count: run.visitors, overMs: run.overMs, seed: run.seed, signal: over.signal },
    plan: (random, index) =>
      patientVisitor(index, between(random, run.stayMs.least, run.stayMs.most), { looksEveryMs: 250 }),
  });
  await untilSo(LINE_MS, 'no line came about', () => (watch.looks.at(-1)?.waiting ?? 0) > 0);

  const exitCodes: Array<number | null> = [];
  const changeAt = Math.floor(run.rounds / 2);
  let books: ReturnType<typeof watchBooks> | undefined;
  for (let round = 0; round < run.rounds; round++) {
    for (const [index, gateway] of fleet.gateways.entries()) {
      if (round === changeAt)
        await gateway.writeConfig(
          fleet.config(index, { room: lawOf(run.sessions[1]), more: moreOf(run, 2) }),
        );
      // Not out of the balancer by our word: it has to see for itself.
      gateway.signal('SIGTERM');
      exitCodes.push(await gateway.ended);
      await gateway.restart();
    }
    if (round === changeAt) books = watchBooks(fleet, run.stayMs.most);
  }
  const revisions = await Promise.all(fleet.gateways.map(revisionOf));
  const mostByRevision2 = (await books?.stop()) ?? 0;
  const failures = crowd.records.reduce((sum, { failures }) => sum + failures, 0);
  const endedMs = performance.now();
  over.abort();
  const records = await crowd.done;
  await Promise.all([watch.stop(), balancer.stop()]);
  const { sessions, requests } = await fleet.platform.stats();
  const schedulingDelayMs = (await delay.stop()).p99Ms;
  const limit = Math.max(...run.sessions);
  const verdict = judge({ records, mostSessions: sessions.most, limit, schedulingDelayMs });
  const pauseSeconds = longestPauseSeconds(watch.looks, startedMs, endedMs);
  const { breaches: _told, ...figures } = verdict;
  addFaultRow({
    fault: `${run.rounds} rolling restarts of 3 gateways${run.workers > 1 ? ` with ${run.workers} workers` : ''}`,
    ...{ ...figures, callingAgainSeconds: pauseSeconds, schedulingDelayMs },
  });
  await fleet.stop();
  return {
    ...verdict,
    ...{ restarts: exitCodes.length, exitCodes: [...new Set(exitCodes)] },
    ...{ outcomes: tallyOf(records).outcomes, failures, requests },
    ...{ mostSessions: sessions.most, mostByRevision2, revisions, pauseSeconds, schedulingDelayMs },
    seconds: (performance.now() - startedMs) / 1_000,
  };
}

function lawOf(sessions: number): string {
  return `{ limits: { sessions: ${sessions}, submitReserve: 0 }, session: { idleSeconds: 60 } }`;
}

function moreOf({ workers }: RollingRun, revision: number): string {
  return `workers: ${workers}\nrevision: ${revision}`;
}

/** Asks each gateway all the time whether it is ready, and sends visitors accordingly. */
function followReadiness(fleet: Fleet): { stop(): Promise<void> } {
  let isOver = false;
  const follow = async (gateway: Fleet['gateways'][number]) => {
    for (; !isOver; await sleep(LOOK_MS)) {
      fleet.balance(gateway, await isReady(gateway.url));
    }
  };
  const following = fleet.gateways.map(follow);
  return {
    async stop() {
      isOver = true;
      await Promise.all(following);
    },
  };
}

async function isReady(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/.headgate/ready`);
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}

/** Most sessions at once by the platform's books, from when those who are inside now have left. */
function watchBooks(fleet: Fleet, afterMs: number): { stop(): Promise<number> } {
  let [isOver, most, looks] = [false, 0, 0];
  const watching = (async () => {
    await sleep(2 * afterMs);
    for (; !isOver || looks < LEAST_LOOKS; looks++) {
      most = Math.max(most, (await fleet.platform.stats()).sessions.now);
      await sleep(BOOKS_MS);
    }
  })();
  return {
    async stop() {
      isOver = true;
      await watching;
      return most;
    },
  };
}

async function revisionOf({ metricsUrl }: Fleet['gateways'][number]): Promise<number> {
  return ((await (await fetch(`${metricsUrl}/ready`)).json()) as { revision: number }).revision;
}
