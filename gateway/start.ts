/** The life of a gateway process: open what it needs, listen, follow signals, and leave without losing a request. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { AddressInfo, Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatLocated, type LoadResult } from '../config/load.ts';
import type { Settings } from '../config/settings.ts';
import { type App, createApp } from './app.ts';
import { systemClock } from './clock.ts';
import { createCloser } from './close-server.ts';
import { HeadgateError } from './errors.ts';
import { keepRequestsYoung } from './garbage-collection.ts';
import { createLog, type Log } from './observe/logger.ts';
import { createMetricsServer } from './observe/metrics-server.ts';
import { followOverrides } from './overrides/follow.ts';
import { overrideFolder } from './overrides/override-file.ts';
import { openOwnKeys } from './request/gate-keys.ts';
import { createEmbeddedStore } from './store/embedded.ts';
import { takeSlot } from './store/gateway-slot.ts';

export interface Gateway {
  /** Origins that it listens on. */
  url: string;
  metricsUrl: string;
  log: Log;
  settings(): Settings;
  /** Reads the configuration again; a wrong one leaves the old one in force and says so. */
  reload(): Promise<void>;
  /** Not ready at once, accepting a while longer, then finishes what is in flight. */
  drain(how?: { delaySeconds: number }): Promise<void>;
}

/** Throws HeadgateError: HG_PORT_TAKEN, HG_DATA_UNWRITABLE, HG_KEYS_MISSING, HG_CONFIG. */
export async function startGateway(settings: Settings, read: () => LoadResult): Promise<Gateway> {
  if (settings.store.kind === 'redis')
    throw new HeadgateError('HG_CONFIG', 'store.kind: "redis" is not built yet; use "embedded"');
  keepRequestsYoung();
  const clock = systemClock;
  const log = createLog(settings.log, clock);
  const store = createEmbeddedStore({
    path: settings.store.path,
    clock,
    log: (level, facts, message) => log.say(level, facts, message),
  });
  await store.start();
  const slot = takeSlot(settings.dataPath);
  const keys = await openOwnKeys(settings.keys.path, {
    now: clock.wallMs,
    overlapHours: settings.keys.overlapHours,
  });
  const app = await createApp({
    settings,
    store,
    lossesFound: store.losses.length,
    keys,
    overrides: followOverrides({
      folder: overrideFolder(settings.dataPath),
      slotFolder: slot.folder,
      clock,
      log,
    }),
    clock,
    log,
    random: Math.random,
    newId: randomUUID,
    idStart: randomBytes(4).toString('hex'),
  });
  const close = createCloser(app.server.server);
  const metrics = createMetricsServer(app.metrics, app.health);
  await app.firstLook();
  for (const [upstream, status] of Object.entries(app.health.upstreams())) {
    if (status !== 'ok')
      log.say('warn', { upstream, status }, 'an upstream cannot be reached yet; started all the same');
  }
  try {
    await listen(app.server, settings.listen.gateway, 'listen.gateway.port', 'HEADGATE_PORT');
    await listen(metrics, settings.listen.metrics, 'listen.metrics.port', 'HEADGATE_METRICS_PORT');
  } catch (error) {
    // What listens already would keep the process from ending.
    await close(0);
    await app.close();
    await store.stop();
    slot.release();
    throw error;
  }
  const url = originOf(app.server.server, settings.listen.gateway.tls ? 'https' : 'http');
  const metricsUrl = originOf(metrics.server, 'http');
  log.say('info', { gateway: url, metrics: metricsUrl, revision: settings.revision }, 'listening');

  const reload = () => reloadFrom(read(), app, log);
  let draining: Promise<void> | undefined;
  const stop = async (delaySeconds: number) => {
    const { seconds } = app.settings().drain;
    log.say('info', { delaySeconds, seconds }, 'draining');
    app.startDraining();
    await sleep(delaySeconds * 1_000);
    await close(seconds * 1_000);
    await app.close();
    await store.stop();
    slot.release();
    await metrics.close();
    log.say('info', {}, 'stopped');
    log.close();
  };
  const drain = (how = app.settings().drain) => {
    draining ??= stop(how.delaySeconds);
    return draining;
  };
  return { url, metricsUrl, log, settings: app.settings, reload, drain };
}

type Listening = { listen(options: { host: string; port: number }): Promise<string>; server: Server };

async function listen(
  server: Listening,
  { host, port }: { host: string; port: number },
  field: string,
  variable: string,
): Promise<void> {
  try {
    await server.listen({ host, port });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === 'EADDRINUSE'
        ? 'is taken'
        : code === 'EACCES'
          ? 'may not be used by this user'
          : `cannot be listened on (${code})`;
    throw new HeadgateError(
      'HG_PORT_TAKEN',
      `${field}: ${host}:${port} ${why}; set ${variable} to another port`,
      { cause: error },
    );
  }
}

function originOf(server: Server, scheme: 'http' | 'https'): string {
  const { address, port, family } = server.address() as AddressInfo;
  const host =
    address === '0.0.0.0' || address === '::' ? '127.0.0.1' : family === 'IPv6' ? `[${address}]` : address;
  return `${scheme}://${host}:${port}`;
}

async function reloadFrom(loaded: LoadResult, app: App, log: Log): Promise<void> {
  if (!loaded.ok) {
    log.say(
      'error',
      { errors: loaded.errors },
      `configuration not reloaded, the old one stays in force:\n${formatLocated(loaded.errors)}`,
    );
    return;
  }
  try {
    await app.reload(loaded.settings);
    log.say(
      'info',
      { revision: app.settings().revision, warnings: loaded.warnings.length },
      'configuration reloaded',
    );
  } catch (error) {
    log.say('error', { error: String(error) }, 'configuration not reloaded, the old one stays in force');
  }
}
