/** `headgate start`: reads the configuration, runs the gateway, follows SIGTERM, SIGINT and SIGHUP. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { defaultConfig, formatLocated, type LoadResult, loadConfig } from '../config/load.ts';
import type { Settings } from '../config/settings.ts';
import type { StartAdmin } from './control/admin-process.ts';
import { type ObservedPlatform, observeDemo } from './demo-observer.ts';
import { HeadgateError } from './errors.ts';
import { survive } from './faults.ts';
import { sayReloaded } from './reload.ts';
import { type OpenedAdmin, openAdmin } from './run-admin.ts';
import { type Running, runAdminAlone, runGateways } from './running.ts';

/** The demo platform, handed in: the gateway itself knows nothing of it. */
type StartPlatform = (options: {
  port: number;
  idleSeconds: number;
  integrated: boolean;
}) => Promise<ObservedPlatform & { url: string; close(): Promise<void> }>;

const DEMO_IDLE_SECONDS = 600;

/** A terminal and `npx` may each send one for a single Ctrl-C. */
const MANY_INTERRUPTS = 2;

/** What of a deployment this process runs. */
export type Share = 'all' | 'gateway' | 'admin';

export interface StartParts {
  /** Absent: the demo. */
  configFile: string | undefined;
  env: NodeJS.ProcessEnv;
  share: Share;
  startPlatform: StartPlatform;
  startAdmin: StartAdmin;
}

export async function runStart({
  configFile,
  env,
  share,
  startPlatform,
  startAdmin,
}: StartParts): Promise<void> {
  const isDemo = configFile === undefined && env.HEADGATE_UPSTREAM === undefined && share !== 'admin';
  const demo = isDemo
    ? await startPlatform({ port: 0, idleSeconds: DEMO_IDLE_SECONDS, integrated: true })
    : null;
  const environment = demo ? { ...env, HEADGATE_UPSTREAM: demo.url } : env;
  const read = () =>
    configFile === undefined ? defaultConfig(environment) : loadConfig(configFile, environment);
  try {
    const loaded = accepted(read());
    prepareData(loaded.settings);
    const origins = { file: configFile ?? null, env: environment };
    const admin =
      share === 'gateway'
        ? null
        : await openAdmin({ ...origins, loaded, startAdmin, isAlone: share === 'admin' });
    const running =
      share === 'admin' && admin
        ? await runAdminAlone(admin, loaded.settings, read)
        : await runGateways(loaded, read, origins, admin);
    if (demo) printDemo(running, demo.url);
    if (demo && admin) watchDemo(demo, admin, running);
    followSignals(running, async () => demo?.close());
  } catch (error) {
    await demo?.close();
    throw error;
  }
}

function watchDemo(platform: ObservedPlatform, { admin }: OpenedAdmin, { log, settings }: Running): void {
  observeDemo({ platform, admin, settings: settings(), log });
}

function accepted(loaded: LoadResult): Extract<LoadResult, { ok: true }> {
  if (!loaded.ok)
    throw new HeadgateError('HG_CONFIG', `the configuration is wrong\n${formatLocated(loaded.errors)}`);
  if (loaded.warnings.length > 0) console.error(formatLocated(loaded.warnings, 'warning'));
  return loaded;
}

/** A folder that cannot be written would lose places: better not to start. */
function prepareData({ dataPath }: Settings): void {
  try {
    mkdirSync(dataPath, { recursive: true });
  } catch (cause) {
    throw new HeadgateError(
      'HG_DATA_UNWRITABLE',
      `${dataPath} cannot be made (${(cause as Error).message}); set HEADGATE_DATA to a folder that can be written`,
      { cause },
    );
  }
}

function followSignals(running: Running, afterwards: () => Promise<void>): void {
  let asked = 0;
  const leave = async (how?: { delaySeconds: number }) => {
    await running.drain(how);
    await afterwards();
    process.exit(0);
  };
  process.on('SIGTERM', () => void leave());
  process.on('SIGINT', () => {
    // Ctrl-C at a terminal: no balancer is to be told. Once more means now; the journal has all that was answered.
    if (++asked > MANY_INTERRUPTS) process.exit(130);
    void leave({ delaySeconds: 0 });
  });
  let reloading = Promise.resolve();
  process.on('SIGHUP', () => {
    reloading = reloading.then(async () => sayReloaded(running.log, await running.reload()));
  });
  survive(running.log);
}

/** Its path is printed, never the token. */
function tokenHint({ dataPath }: Settings): string {
  const path = join(dataPath, 'admin', 'token');
  return existsSync(path) ? `(its token: ${path})` : '';
}

function printDemo({ url, metricsUrl, adminUrl, settings }: Running, platform: string): void {
  const { rooms, prefix } = settings();
  const limits = Object.entries(rooms).map(
    ([name, room]) => `${name}: ${room.limits.sessions ?? 'no limit of'} sessions`,
  );
  console.error(`
  Headgate stands in front of the demo platform.

    the gate        ${url}
    a registration  ${url}/ereg/newreg.php?eventid=4711
    status page     ${url}${prefix}/status
    metrics         ${metricsUrl}/metrics
    admin API       ${adminUrl === null ? 'not up: the log says why' : `${adminUrl}/docs   ${tokenHint(settings())}`}
    the platform    ${platform}   (its books: ${platform}/_platform/stats)
    rooms           ${limits.join(', ')}

  Try next:
    npm run demo:surge                       several hundred visitors, with and without the gate
    npx headgate check config/headgate.example.yaml
    npm run bench                            what a request costs

  Put your own platform behind it:  HEADGATE_UPSTREAM=http://127.0.0.1:9000 npm start
`);
}
