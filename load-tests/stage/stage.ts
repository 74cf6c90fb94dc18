/** Sets the demo up for a rehearsal: platforms, gateways, store and balancer, each a process of its own. Nothing is left of it when it is struck. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { configAtPace } from '../rehearse/scenario/pace.ts';
import type { StagePlan } from '../rehearse/words.ts';
import type { LoadTarget } from '../visitors/load.ts';
import { platformAtPace } from './at-pace.ts';
import { balance } from './balancer.ts';
import { type Begin, createBegin } from './begin.ts';
import { keepConfigFile } from './config-file.ts';
import { demoStage } from './demo-stage.ts';
import type { GatewayProcess } from './gateway-process.ts';
import { adminOf, makeKeys, observerOf, startGateways, untilHeard } from './gateways.ts';
import { type PlatformGroup, startPlatform } from './platform-process.ts';
import { type RedisProcess, startRedis } from './redis-process.ts';
import { asText, onStage, type Plain, sectionOf, withTargets } from './stage-config.ts';
import { freePort, gatherTroupe, type Troupe } from './troupe.ts';
import type { Stage } from './words.ts';

export interface StageOptions {
  /** Scenario's seconds a real one. */
  compress: number;
  /** Ends it, whatever stands of it then. */
  signal: AbortSignal;
  /** When launches open that a configuration dates by the calendar, in the scenario's time; 0 where absent. */
  opensAtSeconds?: number;
}

/** Rejects when it cannot be set, or `signal` ends it first; nothing is left then. */
export async function setStage(plan: StagePlan, options: StageOptions): Promise<Stage> {
  if (plan.store === 'embedded' && plan.gateways > 1)
    throw new Error('several gateways need `store: redis`: an embedded store is one gateway’s own');
  const troupe = await gatherTroupe(options.signal);
  try {
    return await setUp(plan, options, troupe);
  } catch (error) {
    await troupe.strike();
    throw error;
  }
}

/** What stands before the first gateway starts. */
interface Scenery {
  platforms: readonly PlatformGroup[];
  redis: RedisProcess | null;
  adminPort: number;
  keysFolder: string;
}

async function setUp(plan: StagePlan, options: StageOptions, troupe: Troupe): Promise<Stage> {
  const { config } = plan;
  const scenery = await setScenery(plan, options, troupe);
  const targets = Object.fromEntries(scenery.platforms.map(({ name, targets }) => [name, targets]));
  const begin = createBegin(config, options);
  const parts = { targets, redisUrl: scenery.redis?.url ?? null, keysFolder: scenery.keysFolder };
  const laidOver = (written: Plain) => configAtPace(onStage(begin.placed(written), parts), options.compress);
  const path = join(troupe.folder, 'headgate.yaml');
  await writeFile(path, asText(laidOver(config)));
  const gateways = await startGateways(troupe, plan, path, scenery.adminPort);
  const admin = adminOf(gateways);
  await untilHeard(admin, plan.gateways);
  const file = keepConfigFile({ path, config, onStage: laidOver, admin, ...wordsOf(gateways) });
  const beginsAtMs = await settled(begin, () => file.deploy({}));
  return demoStage({
    ...{ ...scenery, gateways, admin, file, config, beginsAtMs, compress: options.compress },
    target: await targetOf(plan, config, gateways, troupe),
    written: (present) => withTargets(present, targets),
    strike: troupe.strike,
  });
}

async function setScenery(plan: StagePlan, { compress }: StageOptions, troupe: Troupe): Promise<Scenery> {
  const [redis, adminPort, keysFolder] = await Promise.all([
    plan.store === 'redis' ? startRedis(troupe) : null,
    freePort(),
    makeKeys(troupe),
  ]);
  const observer = plan.observer ? observerOf(troupe, keysFolder, adminPort) : null;
  const platforms = await Promise.all(
    plan.platforms.map((one) => startPlatform(troupe, platformAtPace(one, compress), observer)),
  );
  return { platforms, redis, adminPort, keysFolder };
}

function wordsOf(gateways: readonly GatewayProcess[]) {
  return {
    reload() {
      for (const gateway of gateways) gateway.reload();
    },
    output: () => gateways[0]?.output() ?? '',
  };
}

/** When the scenario begins; put off where the stage stands later than was thought. */
async function settled(begin: Begin, placeAnew: () => Promise<void>): Promise<number | null> {
  if (begin.isLate()) await placeAnew();
  return begin.atMs();
}

async function targetOf(
  plan: StagePlan,
  config: Plain,
  gateways: readonly GatewayProcess[],
  troupe: Troupe,
): Promise<LoadTarget> {
  const everyMs = plan.balancer === null ? null : plan.balancer.checkEverySeconds * 1_000;
  const { prefix: cookiePrefix } = sectionOf(config.cookies);
  return {
    origins: await balance(troupe, gateways, everyMs),
    onRefused: plan.balancer === null ? 'next' : 'fail',
    prefix: typeof config.prefix === 'string' ? config.prefix : '/.headgate',
    cookiePrefix: typeof cookiePrefix === 'string' ? cookiePrefix : 'hg',
    headers: {},
    keepHost: true,
  };
}
