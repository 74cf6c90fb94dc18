/** A Redis that goes wrong under a crowd without dying: its scripts are flushed all the time, or its memory is used up for a while. */
import { setTimeout as sleep } from 'node:timers/promises';
import { startFleet } from '../../support/fleet.ts';
import { type RedisServer, startRedis } from '../../support/redis-server.ts';
import { type CrowdRun, type FaultOutcome, underCrowd, untilWaiting } from './faulted-crowd.ts';

export interface WrongRun extends CrowdRun {
  /** How long it is wrong. */
  forMs: number;
}

export interface WrongOutcome extends FaultOutcome {
  flushes: number;
}

const FLUSH_EVERY_MS = 5;

/** `SCRIPT FLUSH` and `FUNCTION FLUSH` in turn: whatever was loaded is gone before it is used twice. */
export async function runFlushes(run: WrongRun): Promise<WrongOutcome> {
  let flushes = 0;
  const outcome = await runWrong('SCRIPT FLUSH and FUNCTION FLUSH all the time', run, async ({ client }) => {
    for (const endMs = performance.now() + run.forMs; performance.now() < endMs; flushes++) {
      await (flushes % 2 === 0 ? client.script('FLUSH') : client.function('FLUSH'));
      await sleep(FLUSH_EVERY_MS);
    }
  });
  return { ...outcome, flushes };
}

export async function runOutOfMemory(run: WrongRun): Promise<WrongOutcome> {
  return runWrong('maxmemory reached for a while (noeviction)', run, async ({ client }) => {
    await client.config('SET', 'maxmemory', '1kb');
    await sleep(run.forMs);
    await client.config('SET', 'maxmemory', '0');
  });
}

async function runWrong(
  fault: string,
  run: WrongRun,
  act: (redis: RedisServer) => Promise<void>,
): Promise<WrongOutcome> {
  const redis = await startRedis();
  const fleet = await startFleet({
    gateways: 3,
    store: `{ kind: redis, url: "${redis.url}" }`,
    room: `{ limits: { sessions: ${run.sessions}, submitReserve: 0 }, session: { idleSeconds: 60 } }`,
    idleSeconds: 60,
  });
  const outcome = await underCrowd(fault, fleet, run, async (watch) => {
    await untilWaiting(watch);
    await act(redis);
    return [performance.now()];
  });
  await fleet.stop();
  return { ...outcome, flushes: 0 };
}
