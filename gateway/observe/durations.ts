/** A histogram of durations that costs a request two additions; prom-client's own costs as much as a small HMAC. */
import type { Metric, Registry } from 'prom-client';

/** Seconds; upper bounds of the buckets. */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

interface Counts {
  /** By bucket, not cumulative; the last one is for what lies above all bounds. */
  buckets: Float64Array;
  sum: number;
}

export function durations(name: string, help: string, label: string, registers: Registry[]) {
  const byLabel = new Map<string, Counts>();
  // What a registry asks of a metric: its samples in prom-client's form, made when it is scraped.
  const metric = {
    name,
    get: async () => ({
      name,
      help,
      type: 'histogram',
      aggregator: 'sum',
      values: [...byLabel].flatMap(([value, counts]) => samples(name, { [label]: value }, counts)),
    }),
    reset: () => byLabel.clear(),
  };
  for (const registry of registers) registry.registerMetric(metric as unknown as Metric);
  return {
    observe(value: string, seconds: number): void {
      let counts = byLabel.get(value);
      if (!counts) {
        counts = { buckets: new Float64Array(BOUNDS.length + 1), sum: 0 };
        byLabel.set(value, counts);
      }
      let bucket = 0;
      while (bucket < BOUNDS.length && seconds > (BOUNDS[bucket] as number)) bucket++;
      counts.buckets[bucket] = (counts.buckets[bucket] as number) + 1;
      counts.sum += seconds;
    },
  };
}

function samples(name: string, labels: Record<string, string>, { buckets, sum }: Counts) {
  let total = 0;
  const cumulative = [...BOUNDS, '+Inf'].map((le, index) => {
    total += buckets[index] as number;
    return { labels: { ...labels, le }, value: total, metricName: `${name}_bucket` };
  });
  return [
    ...cumulative,
    { labels, value: sum, metricName: `${name}_sum` },
    { labels, value: total, metricName: `${name}_count` },
  ];
}
