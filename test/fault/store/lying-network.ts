/** A network that lies between gateways and Redis: replies cut after the command was applied, late ones, connections that are half open. */
import { setTimeout as sleep } from 'node:timers/promises';
import { startFleet } from '../../support/fleet.ts';
import { type LinkState, type RedisProxy, startRedisProxy } from '../../support/redis-proxy.ts';
import { startRedis } from '../../support/redis-server.ts';
import { type CrowdRun, type FaultOutcome, underCrowd, untilCalling, untilWaiting } from './faulted-crowd.ts';

export type Lie = 'cut' | 'late' | 'half-open';

export interface LyingRun extends CrowdRun {
  lie: Lie;
  /** How long all gateways are lied to. */
  forMs: number;
}

export interface LyingOutcome extends FaultOutcome {
  /** Replies that were kept back. */
  cuts: number;
}

const LIES: Record<Lie, { fault: string; state: Partial<LinkState> }> = {
  cut: { fault: '10 % of replies cut after the command was applied', state: { cutReplies: 0.1 } },
  late: { fault: 'replies 200 ms late', state: { toClientMs: 200 } },
  'half-open': {
    fault: 'connections to Redis half open, one gateway’s, then all',
    state: { mode: 'blackhole' },
  },
};

/** By then a gateway that can reach its store has ticked. */
const NOTICED_MS = 2_500;

export async function runLies(run: LyingRun): Promise<LyingOutcome> {
  const redis = await startRedis();
  const links = await Promise.all(Array.from({ length: 3 }, () => startRedisProxy(redis.port)));
  const fleet = await startFleet({
    gateways: links.length,
    store: (index) => `{ kind: redis, url: "${links[index]!.url}" }`,
    room: `{ limits: { sessions: ${run.sessions}, submitReserve: 0 }, session: { idleSeconds: 60 } }`,
    idleSeconds: 60,
  });
  // A gateway whose connection is half open knows of no calls that the others make meanwhile.
  const staleMs = run.lie === 'half-open' ? run.forMs + NOTICED_MS : NOTICED_MS;
  const outcome = await underCrowd(LIES[run.lie].fault, fleet, { ...run, staleMs }, async (watch) => {
    await untilWaiting(watch);
    const first = await lie(links.slice(0, 1), run);
    await untilCalling(watch, first);
    // The others call: the one that was lied to has to notice as well, or it would know of nothing for both lies together.
    await sleep(NOTICED_MS);
    return [first, await lie(links, run)];
  });
  const cuts = links.reduce((sum, link) => sum + link.cutSoFar(), 0);
  await fleet.stop();
  return { ...outcome, cuts };
}

/** Resolves with the moment at which the network tells the truth again. */
async function lie(links: readonly RedisProxy[], { lie: kind, forMs }: LyingRun): Promise<number> {
  for (const link of links) link.set(LIES[kind].state);
  await sleep(forMs);
  for (const link of links) link.pass();
  return performance.now();
}
