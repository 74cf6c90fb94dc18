/** What the metrics port of several workers answers: each is asked, and one that does not answer in time is left out. */
import { Counter, Gauge, Registry } from 'prom-client';
import type { ReadyAnswer } from '../observe/health.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { Worker } from './fork-worker.ts';
import { mergeMetrics } from './merge-metrics.ts';
import { mergeReady } from './merge-ready.ts';
import type { QuestionName, Questions } from './words.ts';

export interface FiguresSources {
  workers(): ReadonlyMap<number, Worker>;
  wanted: number;
  replaced(): number;
  revision(): number;
}

const READY_MS = 1_000;
const METRICS_MS = 5_000;

export interface WorkersFigures {
  metrics: Pick<Metrics, 'contentType' | 'text'>;
  ready(): Promise<ReadyAnswer>;
  /** Keeps what a worker that has ended had counted. */
  retire(worker: Worker): void;
}

export function figuresOfWorkers(sources: FiguresSources): WorkersFigures {
  const merged = mergeMetrics<Worker>();
  const own = ownMetrics(sources);
  return {
    metrics: {
      contentType: own.contentType,
      async text() {
        for (const [worker, figures] of await askAll(sources.workers(), 'metrics', METRICS_MS))
          merged.take(worker, figures);
        return `${await merged.text()}\n${await own.metrics()}`;
      },
    },
    async ready() {
      const answers = await askAll(sources.workers(), 'ready', READY_MS);
      return mergeReady(
        answers.map(([, answer]) => answer),
        { wanted: sources.wanted, running: sources.workers().size, revision: sources.revision() },
      );
    },
    retire: merged.retire,
  };
}

async function askAll<Name extends QuestionName>(
  workers: ReadonlyMap<number, Worker>,
  name: Name & ('metrics' | 'ready'),
  withinMs: number,
): Promise<[Worker, Questions[Name]['answer']][]> {
  const asked = [...workers.values()].map(async (worker) => {
    const answer = await worker.ask(name, null as Questions[Name]['told'], withinMs).catch(() => null);
    return answer === null ? [] : [[worker, answer] as [Worker, Questions[Name]['answer']]];
  });
  return (await Promise.all(asked)).flat();
}

function ownMetrics({ workers, wanted, replaced }: FiguresSources): Registry {
  const registry = new Registry();
  const registers = [registry];
  new Gauge({
    name: 'headgate_workers',
    help: 'Gateway processes that listen',
    registers,
    collect() {
      this.set(workers().size);
    },
  });
  new Gauge({ name: 'headgate_workers_wanted', help: 'Gateway processes configured', registers }).set(wanted);
  new Counter({
    name: 'headgate_workers_replaced_total',
    help: 'Gateway processes that ended unasked and were started again',
    registers,
    collect() {
      this.reset();
      this.inc(replaced());
    },
  });
  return registry;
}
