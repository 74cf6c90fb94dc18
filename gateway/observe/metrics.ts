/** Prometheus metrics: the hot path only counts into plain numbers, which become metrics when they are scraped. */
import {
  Counter,
  collectDefaultMetrics,
  Gauge,
  Histogram,
  type MetricObjectWithValues,
  type MetricValue,
  Registry,
} from 'prom-client';
import { durations } from './durations.ts';
import { kept } from './kept.ts';
import { registerPriced } from './priced-metrics.ts';
import { type ProtectionSource, registerProtection } from './protection-metrics.ts';
import { type RoomSource, registerRooms } from './room-metrics.ts';
import { registerStoreLoss, type StoreLossFigures } from './store-loss.ts';
import { type ReportFigures, registerReports, registerSpans } from './telemetry-metrics.ts';
import type { TraceFigures } from './traces.ts';

export interface UpstreamFigures {
  connections: number;
  failures: Partial<Record<string, number>>;
}

export interface MetricsSources extends RoomSource {
  /** Tells of Node too, by measurements that never stop. Left out: yes. */
  isOfProcess?: boolean;
  upstreams(): Iterable<[string, UpstreamFigures]>;
  revision(): number;
  storeUp(): boolean;
  /** Commands sent to the store's server; 0 where there is none. */
  storeCommands(): number;
  keysMissing(): boolean;
  /** By room and action; few, and named by operators. */
  overrides(): Iterable<{ room: string; action: string }>;
  /** What was done while stores were lost. */
  withoutStore: StoreLossFigures;
  /** Null: nobody wants traces. */
  traces?: (() => TraceFigures) | null;
  /** Null: there is no admin process to report to. */
  reports?: ReportFigures | null;
  /** Numbers of networks that crowd others out, by room's name in metrics and outcome (`later`, `last`, `refused`), a space between. */
  priced?: ReadonlyMap<string, number>;
  /** Null: nothing is decided by itself. */
  protection?: ProtectionSource | null;
}

export interface Metrics {
  request(room: string, trafficClass: string, state: string, seconds: number): void;
  upstreamAnswer(upstream: string, seconds: number): void;
  storeCall(call: string, seconds: number): void;
  storeLoss(): void;
  wouldHaveWaited(label: string): void;
  text(): Promise<string>;
  /** As objects, to be merged with other processes' by each metric's `aggregator`. */
  figures(): Promise<Figures>;
  readonly contentType: string;
}

export type Figures = MetricObjectWithValues<MetricValue<string>>[];

export function createMetrics(sources: MetricsSources): Metrics {
  const registry = new Registry();
  if (sources.isOfProcess !== false) collectDefaultMetrics({ register: registry });
  const registers = [registry];

  const counts: { labels: { room: string; class: string; state: string }; count: number }[] = [];
  const countOf = kept((room) =>
    kept((trafficClass) =>
      kept((state) => {
        const counted = { labels: { room, class: trafficClass, state }, count: 0 };
        counts.push(counted);
        return counted;
      }),
    ),
  );
  const observed = new Map<string, number>();
  new Counter({
    name: 'headgate_requests_total',
    help: 'Requests answered, by room, class and headgate-state',
    labelNames: ['room', 'class', 'state'],
    registers,
    collect() {
      this.reset();
      for (const { labels, count } of counts) this.inc(labels, count);
    },
  });
  new Counter({
    name: 'headgate_would_have_waited_total',
    help: 'Requests of rooms in observe mode that would have waited',
    labelNames: ['room'],
    registers,
    collect() {
      this.reset();
      for (const [room, count] of observed) this.inc({ room }, count);
    },
  });
  registerPriced(registers, sources.priced ?? new Map());
  const seconds = durations(
    'headgate_request_seconds',
    'Time from request to the end of its answer',
    'class',
    registers,
  );
  const upstreamSeconds = durations(
    'headgate_upstream_seconds',
    'Time until the platform’s answer was passed on',
    'upstream',
    registers,
  );
  const storeSeconds = new Histogram({
    name: 'headgate_store_call_seconds',
    help: 'Time of a call to the store',
    labelNames: ['call'],
    buckets: [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5],
    registers,
  });
  const losses = registerStoreLoss(registers, sources.withoutStore);
  new Gauge({
    name: 'headgate_store_up',
    help: '1 while the store answers',
    aggregator: 'min',
    registers,
    collect() {
      this.set(sources.storeUp() ? 1 : 0);
    },
  });
  new Counter({
    name: 'headgate_store_commands_total',
    help: 'Commands sent to Redis; calls are counted by headgate_store_call_seconds_count',
    registers,
    collect() {
      this.reset();
      this.inc(sources.storeCommands());
    },
  });
  new Gauge({
    name: 'headgate_keys_missing',
    help: '1 while this gateway lacks keys that it needs to be ready',
    aggregator: 'max',
    registers,
    collect() {
      this.set(sources.keysMissing() ? 1 : 0);
    },
  });
  new Gauge({
    name: 'headgate_revision',
    help: 'Configuration in force',
    aggregator: 'min',
    registers,
    collect() {
      this.set(sources.revision());
    },
  });
  new Gauge({
    name: 'headgate_override_active',
    help: '1 while an operator’s override is in force on this gateway',
    labelNames: ['room', 'action'],
    aggregator: 'max',
    registers,
    collect() {
      this.reset();
      for (const { room, action } of sources.overrides()) this.set({ room, action }, 1);
    },
  });
  registerRooms(registers, sources);
  registerUpstreams(registers, sources);
  if (sources.traces) registerSpans(registers, sources.traces);
  if (sources.reports) registerReports(registers, sources.reports);
  if (sources.protection) registerProtection(registers, sources.protection);

  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    figures: () => registry.getMetricsAsJSON(),
    request(room, trafficClass, state, spentSeconds) {
      countOf(room)(trafficClass)(state).count++;
      seconds.observe(trafficClass, spentSeconds);
    },
    upstreamAnswer: (upstream, spentSeconds) => upstreamSeconds.observe(upstream, spentSeconds),
    storeCall: (call, spentSeconds) => storeSeconds.observe({ call }, spentSeconds),
    storeLoss: losses.found,
    wouldHaveWaited: (label) => observed.set(label, (observed.get(label) ?? 0) + 1),
  };
}

function registerUpstreams(registers: Registry[], sources: MetricsSources): void {
  new Gauge({
    name: 'headgate_upstream_connections',
    help: 'Connections open to the platform',
    labelNames: ['upstream'],
    registers,
    collect() {
      for (const [upstream, figures] of sources.upstreams()) this.set({ upstream }, figures.connections);
    },
  });
  new Counter({
    name: 'headgate_upstream_failures_total',
    help: 'Requests that the platform did not answer properly, by kind',
    labelNames: ['upstream', 'kind'],
    registers,
    collect() {
      this.reset();
      for (const [upstream, figures] of sources.upstreams()) {
        for (const [kind, count] of Object.entries(figures.failures)) this.inc({ upstream, kind }, count);
      }
    },
  });
}
