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
import type { RoomView } from '../line/words.ts';
import { durations } from './durations.ts';
import { registerStoreLoss, type StoreLossFigures } from './store-loss.ts';
import type { TraceFigures } from './traces.ts';

/** Rooms made by capture share their template's label, but for so many of the busiest. */
const BUSIEST_ROOMS = 100;

export interface UpstreamFigures {
  connections: number;
  failures: Partial<Record<string, number>>;
}

export interface MetricsSources {
  views(): Iterable<{ view: RoomView; label: string }>;
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
  collectDefaultMetrics({ register: registry });
  const registers = [registry];

  const counts = new Map<string, { labels: { room: string; class: string; state: string }; count: number }>();
  const observed = new Map<string, number>();
  new Counter({
    name: 'headgate_requests_total',
    help: 'Requests answered, by room, class and headgate-state',
    labelNames: ['room', 'class', 'state'],
    registers,
    collect() {
      this.reset();
      for (const { labels, count } of counts.values()) this.inc(labels, count);
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
  if (sources.traces) registerTraces(registers, sources.traces);

  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    figures: () => registry.getMetricsAsJSON(),
    request(room, trafficClass, state, spentSeconds) {
      const key = `${room}\n${trafficClass}\n${state}`;
      const entry = counts.get(key);
      if (entry) entry.count++;
      else counts.set(key, { labels: { room, class: trafficClass, state }, count: 1 });
      seconds.observe(trafficClass, spentSeconds);
    },
    upstreamAnswer: (upstream, spentSeconds) => upstreamSeconds.observe(upstream, spentSeconds),
    storeCall: (call, spentSeconds) => storeSeconds.observe({ call }, spentSeconds),
    storeLoss: losses.found,
    wouldHaveWaited: (label) => observed.set(label, (observed.get(label) ?? 0) + 1),
  };
}

function registerRooms(registers: Registry[], sources: MetricsSources): void {
  const gauge = (name: string, help: string, read: (view: RoomView) => number | null) =>
    new Gauge({
      name,
      help,
      labelNames: ['room'],
      // All processes see the same rooms.
      aggregator: 'max',
      registers,
      collect() {
        this.reset();
        for (const { label, view } of busiest(sources.views())) {
          const value = read(view);
          if (value !== null) this.inc({ room: label }, value);
        }
      },
    });
  gauge('headgate_room_waiting', 'Visitors waiting', (view) => view.waiting);
  gauge('headgate_room_sessions', 'Admitted visitors', (view) => view.sessions);
  gauge('headgate_room_sessions_limit', 'Admitted visitors allowed at once', (view) => view.limits.sessions);
  gauge('headgate_room_admissions_total', 'Admissions since the room was made', (view) => view.admissions);
  gauge('headgate_room_engaged', '1 while somebody waits', (view) => (view.waiting > 0 ? 1 : 0));
}

/** The 100 rooms with most inside and waiting keep their names; the others count under their template. */
function busiest(rooms: Iterable<{ view: RoomView; label: string }>): { view: RoomView; label: string }[] {
  const sorted = [...rooms].sort((a, b) => load(b.view) - load(a.view));
  return sorted.map(({ view, label }, rank) => ({ view, label: rank < BUSIEST_ROOMS ? view.room : label }));
}

function load(view: RoomView): number {
  return view.waiting + view.sessions;
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

function registerTraces(registers: Registry[], figures: () => TraceFigures): void {
  new Counter({
    name: 'headgate_trace_spans_total',
    help: 'Spans sent to the collector of traces, and dropped because it took them not or too slowly',
    labelNames: ['outcome'],
    registers,
    collect() {
      this.reset();
      for (const [outcome, count] of Object.entries(figures())) this.inc({ outcome }, count);
    },
  });
}
