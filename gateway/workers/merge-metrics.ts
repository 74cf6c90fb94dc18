/**
 * The metrics of all workers as one: counts are added up, and those of workers that have ended stay in the sum, since a
 * sum that falls would be read as a counter that began anew. What all workers see alike (a room, the store) is not added up.
 */
import { AggregatorRegistry, type Registry } from 'prom-client';
import type { Figures } from '../observe/metrics.ts';

export interface MergedMetrics<Worker> {
  /** What a worker said just now. */
  take(worker: Worker, figures: Figures): void;
  /** Keeps what the worker counted until it was last asked; its gauges are gone with it. */
  retire(worker: Worker): void;
  /** In Prometheus' form: of those that were taken last, and all that was retired. */
  text(): Promise<string>;
}

export function mergeMetrics<Worker>(): MergedMetrics<Worker> {
  const last = new Map<Worker, Figures>();
  let retired: Promise<Figures> = Promise.resolve([]);
  return {
    take: (worker, figures) => void last.set(worker, figures),
    retire(worker) {
      const counted = (last.get(worker) ?? []).filter(isCount);
      last.delete(worker);
      retired = retired.then((before) => added([before, counted]).getMetricsAsJSON());
    },
    async text() {
      // Both of the same moment: what moved from the one to the other is counted once.
      const [present, ended] = [[...last.values()], retired];
      return added([...present, await ended]).metrics();
    },
  };
}

/** By the word that prom-client sends, which is not what its types say. */
function isCount({ type }: Figures[number]): boolean {
  return ['counter', 'histogram'].includes(String(type));
}

/** Each metric by its own `aggregator` (observe/metrics.ts). */
function added(figures: Figures[]): Registry {
  return AggregatorRegistry.aggregate(figures);
}
