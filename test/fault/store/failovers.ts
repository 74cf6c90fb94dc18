/** Sentinels promote a replica that was cut off before: writes that were acknowledged are gone, again and again, under a crowd. */
import { setTimeout as sleep } from 'node:timers/promises';
import { readRoom } from '../../../gateway/store/redis-room.ts';
import { startFleet } from '../../support/fleet.ts';
import { type RedisSentinels, startSentinels } from '../../support/redis-sentinels.ts';
import type { RedisServer } from '../../support/redis-server.ts';
import { type CrowdRun, type FaultOutcome, underCrowd, untilCalling, untilWaiting } from './faulted-crowd.ts';
import { ROOM } from './visitors.ts';

export interface FailoverRun extends CrowdRun {
  failovers: number;
  /** How long the primary goes on writing what the replica will never have. */
  cutMs: number;
}

export interface FailoverOutcome extends FaultOutcome {
  /** Steps of the room that were acknowledged and lost, by failover. */
  lostSteps: number[];
  /** Slots that nobody holds: sessions that the store counts when everybody has left. */
  heldByNobody: number;
}

export async function runFailovers(run: FailoverRun): Promise<FailoverOutcome> {
  const group = await startSentinels();
  const fleet = await startFleet({
    gateways: 3,
    store: group.store,
    room: `{ limits: { sessions: ${run.sessions}, submitReserve: 0 }, session: { idleSeconds: 60 } }`,
    idleSeconds: 60,
  });
  const lostSteps: number[] = [];
  const outcome = await underCrowd('Sentinel failover, link cut first', fleet, run, async (watch) => {
    const momentsMs: number[] = [];
    await untilWaiting(watch);
    for (let turn = 0; turn < run.failovers; turn++) {
      const { lost, promotedMs } = await failOver(group, run.cutMs, turn % 2 === 0 ? 'asked' : 'killed');
      lostSteps.push(lost);
      momentsMs.push(promotedMs);
      await untilCalling(watch, promotedMs);
      if (turn < run.failovers - 1) await group.heal();
    }
    return momentsMs;
  });
  const heldByNobody = (await readRoom((await group.primary()).client, 'hg', ROOM))?.sessions.size ?? 0;
  await fleet.stop();
  return { ...outcome, lostSteps, heldByNobody };
}

async function failOver(
  group: RedisSentinels,
  cutMs: number,
  how: 'asked' | 'killed',
): Promise<{ lost: number; promotedMs: number }> {
  const [primary, replica] = [await group.primary(), await group.replica()];
  await group.cutLink();
  await sleep(cutMs);
  const lost = (await stepsOf(primary)) - (await stepsOf(replica));
  await group.failover(how);
  return { lost, promotedMs: performance.now() };
}

/** Steps that the room has taken, as this server knows it. */
async function stepsOf(redis: RedisServer): Promise<number> {
  return (await readRoom(redis.client, 'hg', ROOM))?.seq ?? 0;
}
