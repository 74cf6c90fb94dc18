/** What `headgate start` keeps running: gateways with or without the admin process beside them, or the admin process alone. */
import type { LoadResult } from '../config/load.ts';
import type { Settings } from '../config/settings.ts';
import type { AdminProcess } from './control/admin-process.ts';
import type { Origins } from './control/open-control.ts';
import { listen, METRICS_PORT, originOf } from './listen.ts';
import type { Log } from './observe/logger.ts';
import { createMetricsServer } from './observe/metrics-server.ts';
import type { Reloaded } from './reload.ts';
import type { OpenedAdmin } from './run-admin.ts';
import { type Gateway, startGateway } from './start.ts';
import { startWorkers, workerCount } from './workers/start-workers.ts';

export interface Running {
  /** Origins; null: not run here. */
  url: string | null;
  metricsUrl: string | null;
  adminUrl: string | null;
  log: Log;
  settings(): Settings;
  reload(): Promise<Reloaded>;
  drain(how?: { delaySeconds: number }): Promise<void>;
}

type Loaded = Extract<LoadResult, { ok: true }>;

export async function runGateways(
  loaded: Loaded,
  read: () => LoadResult,
  origins: Omit<Origins, 'link'>,
  opened: OpenedAdmin | null,
): Promise<Running> {
  const gateway = await start(loaded, read, { ...origins, link: opened?.link ?? null }, opened).catch(
    async (error) => {
      await opened?.close();
      throw error;
    },
  );
  return {
    ...{ url: gateway.url, metricsUrl: gateway.metricsUrl, adminUrl: opened?.admin()?.url() ?? null },
    ...{ log: gateway.log, settings: gateway.settings },
    reload: () => {
      const admin = opened?.admin();
      return admin ? reloadThrough(admin, gateway, read) : gateway.reload();
    },
    async drain(how) {
      await gateway.drain(how);
      await opened?.close();
    },
  };
}

function start(
  loaded: Loaded,
  read: () => LoadResult,
  origins: Origins,
  opened: OpenedAdmin | null,
): Promise<Gateway> {
  const moreMetrics = opened && (() => opened.admin()?.metrics() ?? '');
  const { file } = origins;
  const isOne = file === null || workerCount(loaded.settings) === 1;
  return isOne
    ? startGateway(loaded, read, { origins, ...(moreMetrics ? { moreMetrics } : {}) })
    : startWorkers(loaded, read, file, moreMetrics ?? undefined);
}

/** The file becomes a revision first; it is reloaded when the gateway of this process, all of its workers, run it. */
async function reloadThrough(
  admin: AdminProcess,
  gateway: Gateway,
  read: () => LoadResult,
): Promise<Reloaded> {
  const reloaded = await admin.takeFile(read());
  if (reloaded.kind === 'refused') return reloaded;
  const reason = await gateway.catchUp(reloaded.revision);
  return reason === null ? reloaded : { kind: 'refused', reason, errors: [] };
}

export async function runAdminAlone(
  { admin: up, log, close }: OpenedAdmin,
  settings: Settings,
  read: () => LoadResult,
): Promise<Running> {
  const admin = up() as AdminProcess;
  const figures = {
    contentType: 'text/plain; version=0.0.4; charset=utf-8',
    text: async () => admin.metrics(),
  };
  const metrics = createMetricsServer(figures, async () => ALIVE);
  await listen(metrics, settings.listen.metrics, METRICS_PORT).catch(async (error) => {
    await close();
    throw error;
  });
  const metricsUrl = originOf(metrics.server, 'http');
  log.say('info', { admin: admin.url(), metrics: metricsUrl }, 'the admin process runs alone');
  return {
    ...{ url: null, metricsUrl, adminUrl: admin.url(), log, settings: () => settings },
    reload: () => admin.takeFile(read()),
    async drain() {
      await metrics.close();
      await close();
    },
  };
}

/** The admin process has no visitors, so nothing to be unready for. */
const ALIVE = {
  status: 200,
  body: { ready: true, store: 'ok', upstreams: {}, keys: 'ok', revision: 0 },
} as const;
