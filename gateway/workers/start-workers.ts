/** Several gateway processes on one port, run and told as one; this process serves no visitor, only the metrics port. */
import { availableParallelism } from 'node:os';
import type { LoadResult } from '../../config/load.ts';
import type { Settings } from '../../config/settings.ts';
import { systemClock } from '../clock.ts';
import { listen, METRICS_PORT, originOf } from '../listen.ts';
import { createLog } from '../observe/logger.ts';
import { createMetricsServer } from '../observe/metrics-server.ts';
import type { Gateway } from '../start.ts';
import { choosePort } from './choose-port.ts';
import { figuresOfWorkers } from './figures.ts';
import { forkWorker, prepareWorkers, type Worker } from './fork-worker.ts';
import { onPort } from './ports.ts';
import { catchUpWorkers, reloadWorkers } from './reload-workers.ts';
import { runWorkers, type Supervisor } from './supervisor.ts';
import type { Started } from './words.ts';

/** A store that is slow to answer may be waited for; one that never answers is told. */
const START_MS = 120_000;
/** Beyond what the drain allows: to write, close and end. */
const DRAIN_MARGIN_MS = 5_000;

export function workerCount({ workers }: Pick<Settings, 'workers'>): number {
  return workers === 'auto' ? availableParallelism() : workers;
}

type Loaded = Extract<LoadResult, { ok: true }>;

/** `file`: where the configuration comes from. Throws what one gateway's start would throw, once for all workers. */
export async function startWorkers(
  first: Loaded,
  read: () => LoadResult,
  file: string,
  moreMetrics?: () => string,
): Promise<Gateway> {
  const count = workerCount(first.settings);
  const port = await choosePort(first.settings.listen.gateway);
  const log = createLog(first.settings.log, systemClock);
  let inForce = onPort(first, port) as Loaded;
  let supervisor: Supervisor | undefined;

  const figures = figuresOfWorkers({
    workers: () => supervisor?.running() ?? new Map<number, Worker>(),
    wanted: count,
    replaced: () => supervisor?.replaced() ?? 0,
    revision: () => inForce.settings.revision,
  });
  const metrics = createMetricsServer(figures.metrics, figures.ready, moreMetrics);
  await listen(metrics, inForce.settings.listen.metrics, METRICS_PORT);
  const metricsUrl = originOf(metrics.server, 'http');

  const start = (worker: Worker, number: number): Promise<Started> =>
    worker.ask('start', { worker: number, file, text: inForce.source, port }, START_MS);
  prepareWorkers();
  try {
    supervisor = await runWorkers({
      count,
      fork: forkWorker,
      start,
      onEnded: figures.retire,
      clock: systemClock,
      log,
    });
  } catch (error) {
    await metrics.close();
    throw error;
  }
  const { url, running, drain: drainWorkers } = supervisor;
  const { revision } = inForce.settings;
  log.say('info', { gateway: url, metrics: metricsUrl, revision, workers: running().size }, 'listening');

  const reload = () =>
    reloadWorkers(onPort(read(), port), inForce.settings, running(), (next) => {
      inForce = next;
      log.adjust(next.settings.log);
    });
  const stop = async (delaySeconds: number) => {
    const { seconds } = inForce.settings.drain;
    await drainWorkers(delaySeconds, (delaySeconds + seconds) * 1_000 + DRAIN_MARGIN_MS);
    await metrics.close();
    log.say('info', {}, 'stopped');
    log.close();
  };
  let draining: Promise<void> | undefined;
  const drain: Gateway['drain'] = (how = inForce.settings.drain) => {
    draining ??= stop(how.delaySeconds);
    return draining;
  };
  const settings = () => inForce.settings;
  const catchUp = (revision: number) => catchUpWorkers(revision, running());
  return { url, metricsUrl, log, settings, reload, catchUp, drain };
}
