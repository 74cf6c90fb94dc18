/** Gateways whose clocks are an hour wrong, and a Redis whose clock jumps by an hour, under visitors who wait and are inside. */
import { setTimeout as sleep } from 'node:timers/promises';
import { readRoom } from '../../../gateway/store/redis-room.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { startFleet } from '../../support/fleet.ts';
import { type RedisServer, startRedis } from '../../support/redis-server.ts';
import { type CrowdRun, type FaultOutcome, underCrowd, untilWaiting } from './faulted-crowd.ts';
import { ROOM } from './visitors.ts';

export interface ClockRun extends CrowdRun {
  /** What the store's clock is moved to, one after the other, in seconds beside the true one. */
  shiftsSeconds: readonly number[];
  /** Between two jumps. */
  everyMs: number;
}

export interface ClockOutcome extends FaultOutcome {
  /** How far room time came away from true time, over all jumps. */
  strayedMs: number;
}

const HOUR_SECONDS = 3_600;
/** One gateway ahead, one behind, one right. */
const GATEWAYS_SECONDS = [HOUR_SECONDS, -HOUR_SECONDS, 0];

export async function runClocks(run: ClockRun): Promise<ClockOutcome> {
  const clock = await fakeClock();
  const redis = await startRedis({ env: clock.env });
  const wrong = await Promise.all(GATEWAYS_SECONDS.map((seconds) => fakeClock(seconds)));
  const fleet = await startFleet({
    gateways: wrong.length,
    store: `{ kind: redis, url: "${redis.url}" }`,
    room: `{ limits: { sessions: ${run.sessions}, submitReserve: 0 }, session: { idleSeconds: 60 } }`,
    idleSeconds: 60,
    env: (index) => wrong[index]!.env,
  });
  let strayedMs = 0;
  const outcome = await underCrowd(
    'clocks an hour wrong, the store’s jumping ±1 h',
    fleet,
    run,
    async (watch) => {
      await untilWaiting(watch);
      const before = await strayOf(redis);
      const momentsMs: number[] = [];
      for (const seconds of run.shiftsSeconds) {
        clock.shift(seconds);
        momentsMs.push(performance.now());
        await sleep(run.everyMs);
      }
      strayedMs = (await strayOf(redis)) - before;
      return momentsMs;
    },
  );
  await fleet.stop();
  return { ...outcome, strayedMs };
}

/** Room time beside this process's own monotonic clock. */
async function strayOf(redis: RedisServer): Promise<number> {
  return ((await readRoom(redis.client, 'hg', ROOM))?.at ?? 0) - performance.now();
}
