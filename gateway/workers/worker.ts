/** The life of a worker: starts with what the first process tells it, answers its questions, and does not outlive it. */
import { parseConfig } from '../../config/load.ts';
import { HeadgateError } from '../errors.ts';
import { survive } from '../faults.ts';
import { readiness } from '../observe/health.ts';
import type { OneGateway, startGateway } from '../start.ts';
import type { Handlers } from './channel.ts';
import { onPort } from './ports.ts';
import type { Started, StartOrder } from './words.ts';

/** Beyond what the drain allows: a worker without its first process has nobody who would kill it. */
const LATE_MS = 10_000;

export interface WorkerParts {
  startGateway: typeof startGateway;
  env: NodeJS.ProcessEnv;
  exit(code: number): void;
}

export interface WorkerLife {
  handlers: Handlers;
  /** Finishes what is in flight and exits; without a gateway at once. Asked again it changes nothing. */
  leave(how?: { delaySeconds: number }): void;
}

export function createWorker({ startGateway, env, exit }: WorkerParts): WorkerLife {
  let gateway: OneGateway | null = null;
  let text = '';
  const running = () => {
    if (!gateway) throw new Error('this worker has not started');
    return gateway;
  };
  const leave = (how?: { delaySeconds: number }) => {
    if (!gateway) return exit(0);
    const { delaySeconds, seconds } = { ...gateway.settings().drain, ...how };
    setTimeout(() => exit(1), (delaySeconds + seconds) * 1_000 + LATE_MS).unref();
    void gateway.drain(how).finally(() => exit(0));
  };
  const start = async (order: StartOrder): Promise<Started> => {
    text = order.text;
    const read = () => onPort(parseConfig(text, order.file, env), order.port);
    const loaded = read();
    if (!loaded.ok) return { kind: 'refused', code: 'HG_CONFIG', message: 'the configuration is wrong' };
    try {
      gateway = await startGateway(loaded, read, {
        origins: { file: order.file, env, link: null },
        worker: order.worker,
      });
    } catch (error) {
      if (!(error instanceof HeadgateError)) throw error;
      return { kind: 'refused', code: error.code, message: error.message };
    }
    survive(gateway.log);
    return { kind: 'listening', url: gateway.url };
  };
  const handlers: Handlers = {
    start,
    ready: () => readiness(running().health),
    metrics: () => running().metrics.figures(),
    reload(told) {
      text = told.text;
      return running().reload();
    },
    catchUp: ({ revision }) => running().catchUp(revision),
    drain(how) {
      leave(how);
      return null;
    },
  };
  return { handlers, leave };
}
