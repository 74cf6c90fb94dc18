/** The life of a gateway process: open what it needs, listen, follow signals, and leave without losing a request. */
import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadResult } from '../config/load.ts';
import type { Settings } from '../config/settings.ts';
import packageJson from '../package.json' with { type: 'json' };
import { createApp } from './app.ts';
import { systemClock } from './clock.ts';
import { createCloser } from './close-server.ts';
import type { Follower } from './control/follower.ts';
import { type Origins, openControl } from './control/open-control.ts';
import { keepRequestsYoung } from './garbage-collection.ts';
import { GATEWAY_PORT, listen, METRICS_PORT, originOf } from './listen.ts';
import { type HealthSources, readiness } from './observe/health.ts';
import { createLog, type Log } from './observe/logger.ts';
import type { Metrics } from './observe/metrics.ts';
import { createMetricsServer } from './observe/metrics-server.ts';
import { openTraces } from './observe/traces.ts';
import { openKeys } from './open-keys.ts';
import { openStore } from './open-store.ts';
import { followOverrides } from './overrides/follow.ts';
import { overrideFolder } from './overrides/override-file.ts';
import { openCouncil } from './protection/open-council.ts';
import { type Reloaded, reloadGateway } from './reload.ts';

export interface Gateway {
  /** Origins that it listens on. */
  url: string;
  /** Null for one of several processes on one port. */
  metricsUrl: string | null;
  log: Log;
  settings(): Settings;
  /** Reads the configuration again; a wrong one leaves the old one in force. Never rejects. */
  reload(): Promise<Reloaded>;
  /** Resolves when this revision of the admin process is in force, or with the reason why it is not. */
  catchUp(revision: number): Promise<string | null>;
  /** Not ready at once, accepting a while longer, then finishes what is in flight. */
  drain(how?: { delaySeconds: number }): Promise<void>;
}

export interface OneGateway extends Gateway {
  metrics: Metrics;
  health: HealthSources;
}

export interface StartOptions {
  origins: Origins;
  /** Its number where it is one of several processes; null: it is the only one. */
  worker?: number | null;
  /** More for the metrics port, in Prometheus' text. */
  moreMetrics?: () => string;
}

/**
 * `worker`: its number where it is one of several processes; the first process then has the metrics port, and tells of
 * starts and ends. Throws HeadgateError: HG_PORT_TAKEN, HG_DATA_UNWRITABLE, HG_KEYS_MISSING, HG_CONFIG.
 */
export async function startGateway(
  loaded: Extract<LoadResult, { ok: true }>,
  read: () => LoadResult,
  { origins, worker = null, moreMetrics }: StartOptions,
): Promise<OneGateway> {
  keepRequestsYoung();
  const clock = systemClock;
  const log = createLog({ ...loaded.settings.log, facts: worker === null ? null : { worker } }, clock);
  const opened = await openStore(loaded.settings, clock, log);
  const { store, slot, lossesFound } = opened;
  const control = await openControl(loaded, origins, opened, clock, log).catch(async (error) => {
    await opened.close();
    throw error;
  });
  const { settings } = control.chosen;
  log.adjust(settings.log);
  let inForce = () => settings;
  let messages: Follower['messages'] = () => [];
  let signals: Follower['signals'] = () => [];
  let isRevoked: Follower['isRevoked'] = () => false;
  let rehearsals: Follower['rehearsals'] = () => control.chosen.document?.rehearsals;
  const keys = await openKeys(opened, () => inForce(), clock, log);
  const traces = await openTraces(process.env, packageJson.version, log);
  const { council, close: closeCouncil } = openCouncil(settings.store, clock, log);
  const leave = async () => {
    await closeCouncil();
    await control.close();
    await keys.close();
    await opened.close();
  };
  const app = await createApp({
    settings,
    store,
    lossesFound,
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
    gateway: slot.id,
    messages: (room) => messages(room),
    traces,
    reports: control.reports,
    council,
    external: () => signals(),
    isRevoked: (batch) => isRevoked(batch),
    rehearsals: () => rehearsals(),
    openCouncil: (prefix) => {
      const { store: shared } = settings;
      return openCouncil({ ...shared, prefix: `${shared.prefix}:${prefix}` }, clock, log);
    },
  }).catch(async (error) => {
    // A connection to Redis would keep the process from ending.
    await leave();
    throw error;
  });
  inForce = app.settings;
  const follower = control.follow({
    take: app.reload,
    carryOut: app.carryOut,
    facts: app.facts,
  });
  messages = follower.messages;
  signals = follower.signals;
  isRevoked = follower.isRevoked;
  rehearsals = follower.rehearsals;
  const close = createCloser(app.server.server);
  const metrics =
    worker === null ? createMetricsServer(app.metrics, async () => readiness(app.health), moreMetrics) : null;
  await app.firstLook();
  for (const [upstream, status] of Object.entries(app.health.upstreams())) {
    if (status !== 'ok')
      log.say('warn', { upstream, status }, 'an upstream cannot be reached yet; started all the same');
  }
  try {
    await listen(app.server, settings.listen.gateway, GATEWAY_PORT);
    if (metrics) await listen(metrics, settings.listen.metrics, METRICS_PORT);
  } catch (error) {
    // What listens already would keep the process from ending.
    await close(0);
    await app.close();
    await leave();
    throw error;
  }
  const url = originOf(app.server.server, settings.listen.gateway.tls ? 'https' : 'http');
  const metricsUrl = metrics && originOf(metrics.server, 'http');
  const level = worker === null ? 'info' : 'debug';
  log.say(level, { gateway: url, metrics: metricsUrl, revision: settings.revision }, 'listening');

  follower.start();

  const reload = () => reloadGateway(read(), app.reload, follower);
  let draining: Promise<void> | undefined;
  const stop = async (delaySeconds: number) => {
    const { seconds } = app.settings().drain;
    app.startDraining();
    log.say(level, { delaySeconds, seconds }, 'draining');
    await sleep(delaySeconds * 1_000);
    await close(seconds * 1_000);
    await app.close();
    await follower.stop();
    await traces?.close();
    await leave();
    await metrics?.close();
    log.say(level, {}, 'stopped');
    log.close();
  };
  const drain = (how = app.settings().drain) => {
    draining ??= stop(how.delaySeconds);
    return draining;
  };
  const { metrics: figures, health } = app;
  return {
    url,
    metricsUrl,
    log,
    settings: app.settings,
    metrics: figures,
    health,
    reload,
    catchUp: follower.catchUp,
    drain,
  };
}
