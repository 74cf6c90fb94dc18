/** Sets the demo up for a rehearsal: platforms, gateways, store and balancer, each a process of its own. Nothing is left of it when it is struck. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { configAtPace } from '../rehearse/scenario/pace.ts';
import type { SeenFinding, StagePlan } from '../rehearse/words.ts';
import type { LoadTarget } from '../visitors/load.ts';
import { openAdmin } from './admin-access.ts';
import { deedAtPace, platformAtPace } from './at-pace.ts';
import { balance } from './balancer.ts';
import { createBegin } from './begin.ts';
import { type ConfigFile, keepConfigFile } from './config-file.ts';
import { cannotDo, type DeedParts, doDeed } from './deeds.ts';
import { LOOK_MS } from './fetch-json.ts';
import { watchGate } from './gate-figures.ts';
import { type GatewayProcess, startGateway } from './gateway-process.ts';
import { overLimit, watchPlatforms } from './platform-figures.ts';
import { type ObserverPlan, startPlatform } from './platform-process.ts';
import { asWritten } from './proposals.ts';
import { startRedis } from './redis-process.ts';
import { ruleInForce } from './rule-in-force.ts';
import { asText, onStage, type Plain, sectionOf, withTargets } from './stage-config.ts';
import { freePort, gatherTroupe, type Troupe } from './troupe.ts';
import type { AdminAccess, Figures, Stage } from './words.ts';

export interface StageOptions {
  /** Scenario's seconds a real one. */
  compress: number;
  /** Ends it, whatever stands of it then. */
  signal: AbortSignal;
  /** A whole configuration (YAML) that takes the place of the plan's. */
  config?: string;
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

async function setUp(plan: StagePlan, options: StageOptions, troupe: Troupe): Promise<Stage> {
  const config = options.config === undefined ? plan.config : sectionOf(parse(options.config));
  const [redis, adminPort, keysFolder] = await Promise.all([
    plan.store === 'redis' ? startRedis(troupe) : null,
    freePort(),
    makeKeys(troupe),
  ]);
  const observer = plan.observer ? observerOf(troupe, keysFolder, adminPort) : null;
  const platforms = await Promise.all(
    plan.platforms.map((one) => startPlatform(troupe, platformAtPace(one, options.compress), observer)),
  );
  const targets = Object.fromEntries(platforms.map(({ name, targets }) => [name, targets]));
  const begin = createBegin(config, options);
  const parts = { targets, redisUrl: redis?.url ?? null, keysFolder };
  const laidOver = (written: Plain) => configAtPace(onStage(begin.placed(written), parts), options.compress);
  const path = join(troupe.folder, 'headgate.yaml');
  await writeFile(path, asText(laidOver(config)));
  const gateways = await startGateways(troupe, plan, path, adminPort);
  const admin = adminOf(gateways);
  await untilHeard(admin, plan.gateways);
  const file = keepConfigFile({
    ...{ path, config, onStage: laidOver, admin: () => admin },
    reload: () => {
      for (const gateway of gateways) gateway.reload();
    },
    output: () => gateways[0]?.output() ?? '',
  });
  if (begin.isLate()) await file.deploy({});
  const everySeconds = plan.balancer?.checkEverySeconds ?? null;
  const origins = await balance(troupe, gateways, everySeconds === null ? null : everySeconds * 1_000);
  const target: LoadTarget = {
    origins,
    onRefused: plan.balancer === null ? 'next' : 'fail',
    prefix: prefixOf(config),
    cookiePrefix: cookiePrefixOf(config),
    headers: {},
    keepHost: true,
  };
  const written = (present: Plain) => withTargets(present, targets);
  const able = { platforms, gateways, redis, admin, file, compress: options.compress };
  return onSet({ ...able, troupe, target, config, written, beginsAtMs: begin.atMs() });
}

interface SetParts extends DeedParts {
  troupe: Troupe;
  target: LoadTarget;
  config: Plain;
  /** A configuration as somebody would keep it: whole, at the scenario's own pace. */
  written(config: Plain): Plain;
  beginsAtMs: number | null;
}

function onSet(parts: SetParts): Stage {
  const { platforms, gateways, admin, target, file, troupe } = parts;
  const nowMs = () => performance.now();
  const lookAtPlatforms = watchPlatforms(platforms, nowMs);
  const metrics = gateways.map(({ metricsUrl }) => metricsUrl);
  const urls = gateways.map(({ url }) => url);
  const looking = openAdmin(admin.url, admin.token, LOOK_MS);
  const lookAtGate = watchGate({
    origins: () => urls,
    prefix: target.prefix,
    metrics,
    admin: looking,
    nowMs,
  });
  return {
    ...{ name: 'demo', target, admin, platforms, beginsAtMs: parts.beginsAtMs },
    cannot: (deed) => cannotDo(parts, deed),
    do: (deed) => doDeed(parts, deedAtPace(deed, parts.compress)),
    async look() {
      const [platform, gate] = await Promise.all([lookAtPlatforms(), lookAtGate()]);
      const inside = { 'inside.overLimit': overLimit(platform.books, gate.limited) };
      return { ...platform.figures, ...gate.figures, ...inside };
    },
    atEnd: () => endFigures(admin, file),
    async findings() {
      const { items } = await admin.ask<{ items: SeenFinding[] }>('GET', 'findings?limit=200');
      return items.map((finding) => asWritten(finding, parts.written(file.present())));
    },
    revision: async () => (await admin.ask<{ number: number }>('GET', 'revisions/active')).number,
    configText: async () => asText(parts.config),
    strike: troupe.strike,
  };
}

async function endFigures(admin: AdminAccess, file: ConfigFile): Promise<Figures> {
  const rule = file.watchedRule();
  const [isActive, drift] = await Promise.all([
    rule === null ? null : ruleInForce(admin, rule),
    admin.ask<{ items: unknown[] }>('GET', 'drift?resolved=true&limit=200'),
  ]);
  return { 'rule.isActive': isActive, 'drift.reported': drift.items.length };
}

/** Shared by all gateways, and by an observer. */
async function makeKeys(troupe: Troupe): Promise<string> {
  const data = join(troupe.folder, 'shared');
  await mkdir(data);
  const made = troupe.run('gateway/main.ts', ['keys', 'new'], { HEADGATE_DATA: data });
  if ((await made.ended) !== 0) throw new Error(`no keys were made:\n${made.output()}`);
  return join(data, 'keys');
}

function observerOf(troupe: Troupe, keysFolder: string, adminPort: number): ObserverPlan {
  const tokenFile = join(troupe.folder, 'gateway-0', 'admin', 'token');
  return { keysFolder, admin: `http://127.0.0.1:${adminPort}`, tokenFile };
}

/** The first runs the admin process, too; the others find what it published. */
async function startGateways(troupe: Troupe, plan: StagePlan, configFile: string, adminPort: number) {
  const start = (index: number) =>
    startGateway(troupe, {
      name: `gateway-${index}`,
      configFile,
      adminPort: index === 0 ? adminPort : null,
    });
  return Promise.all(Array.from({ length: plan.gateways }, (_, index) => start(index)));
}

function adminOf([first]: readonly GatewayProcess[]): AdminAccess {
  if (first?.admin) return first.admin;
  throw new Error('a stage needs a gateway');
}

const HEARD_MS = 30_000;
const AGAIN_MS = 100;

async function untilHeard(admin: AdminAccess, count: number): Promise<void> {
  const endMs = performance.now() + HEARD_MS;
  const heard = async () => (await admin.ask<{ items: { serial: number }[] }>('GET', 'gateways')).items;
  while ((await heard()).filter(({ serial }) => serial > 0).length < count) {
    if (performance.now() > endMs) throw new Error(`the admin process did not hear of ${count} gateways`);
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}

function prefixOf({ prefix }: Plain): string {
  return typeof prefix === 'string' ? prefix : '/.headgate';
}

function cookiePrefixOf({ cookies }: Plain): string {
  const { prefix } = sectionOf(cookies);
  return typeof prefix === 'string' ? prefix : 'hg';
}
