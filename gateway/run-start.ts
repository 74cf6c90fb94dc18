/** `headgate start`: reads the configuration, runs the gateway, follows SIGTERM, SIGINT and SIGHUP. */
import { mkdirSync } from 'node:fs';
import { defaultConfig, formatLocated, type LoadResult, loadConfig } from '../config/load.ts';
import type { Settings } from '../config/settings.ts';
import { HeadgateError } from './errors.ts';
import { survive } from './faults.ts';
import { sayReloaded } from './reload.ts';
import { type Gateway, startGateway } from './start.ts';
import { startWorkers, workerCount } from './workers/start-workers.ts';

/** The demo platform, handed in: the gateway itself knows nothing of it. */
type StartPlatform = (options: {
  port: number;
  idleSeconds: number;
  integrated: boolean;
}) => Promise<{ url: string; close(): Promise<void> }>;

const DEMO_IDLE_SECONDS = 600;

/** A terminal and `npx` may each send one for a single Ctrl-C. */
const MANY_INTERRUPTS = 2;

export async function runStart(
  configFile: string | undefined,
  env: NodeJS.ProcessEnv,
  startPlatform: StartPlatform,
): Promise<void> {
  const isDemo = configFile === undefined && env.HEADGATE_UPSTREAM === undefined;
  const demo = isDemo
    ? await startPlatform({ port: 0, idleSeconds: DEMO_IDLE_SECONDS, integrated: true })
    : null;
  const environment = demo ? { ...env, HEADGATE_UPSTREAM: demo.url } : env;
  const read = () =>
    configFile === undefined ? defaultConfig(environment) : loadConfig(configFile, environment);
  try {
    const loaded = accepted(read());
    prepareData(loaded.settings);
    const isOne = configFile === undefined || workerCount(loaded.settings) === 1;
    const gateway = await (isOne
      ? startGateway(loaded.settings, read)
      : startWorkers(loaded, read, configFile));
    if (demo) printDemo(gateway, demo.url);
    followSignals(gateway, async () => demo?.close());
  } catch (error) {
    await demo?.close();
    throw error;
  }
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

function followSignals(gateway: Gateway, afterwards: () => Promise<void>): void {
  let asked = 0;
  const leave = async (how?: { delaySeconds: number }) => {
    await gateway.drain(how);
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
    reloading = reloading.then(async () => sayReloaded(gateway.log, await gateway.reload()));
  });
  survive(gateway.log);
}

function printDemo(gateway: Gateway, platform: string): void {
  const { rooms, prefix } = gateway.settings();
  const limits = Object.entries(rooms).map(
    ([name, room]) => `${name}: ${room.limits.sessions ?? 'no limit of'} sessions`,
  );
  console.error(`
  Headgate stands in front of the demo platform.

    the gate        ${gateway.url}
    a registration  ${gateway.url}/ereg/newreg.php?eventid=4711
    status page     ${gateway.url}${prefix}/status
    metrics         ${gateway.metricsUrl}/metrics
    the platform    ${platform}   (its books: ${platform}/_platform/stats)
    rooms           ${limits.join(', ')}

  Try next:
    npm run demo:surge                       several hundred visitors, with and without the gate
    npx headgate check config/headgate.example.yaml
    npm run bench                            what a request costs

  Put your own platform behind it:  HEADGATE_UPSTREAM=http://127.0.0.1:9000 npm start
`);
}
