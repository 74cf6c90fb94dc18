/** Metrics of automatic protection: what upstreams and rooms are held to, what was shed, and whether gateways decide together. */
import { Counter, Gauge, type Registry } from 'prom-client';

export interface ProtectionSource {
  upstreams(): Iterable<{
    upstream: string;
    /** Null: as many as connections. */
    inFlightLimit: number | null;
    baseSeconds: number | null;
    suffers: boolean;
  }>;
  /** Rooms that are held to something, by their names in metrics. */
  rooms(): Iterable<{ label: string; factor: number; perMinute: number | null }>;
  /** Since the start. */
  shed(): Iterable<{ upstream: string; class: string; count: number }>;
  decided(): { together: number; alone: number; unread: number; failed: number };
}

export function registerProtection(registers: Registry[], source: ProtectionSource): void {
  registerUpstreams(registers, source);
  registerRooms(registers, source);
  new Counter({
    name: 'headgate_shed_total',
    help: 'Requests that were told 503 because the upstream was short',
    labelNames: ['upstream', 'class'],
    registers,
    collect() {
      this.reset();
      for (const { count, ...labels } of source.shed()) this.inc(labels, count);
    },
  });
  new Counter({
    name: 'headgate_protection_rounds_total',
    help: 'Decisions made here: together for all gateways, alone while the others cannot be heard, failed; unread: another gateway’s, of another version',
    labelNames: ['outcome'],
    registers,
    collect() {
      this.reset();
      for (const [outcome, count] of Object.entries(source.decided())) this.inc({ outcome }, count);
    },
  });
}

type Upstream = ReturnType<ProtectionSource['upstreams']> extends Iterable<infer One> ? One : never;

function registerUpstreams(registers: Registry[], source: ProtectionSource): void {
  const gauge = (name: string, help: string, read: (upstream: Upstream) => number | null) =>
    new Gauge({
      ...{ name, help, labelNames: ['upstream'], registers },
      // All processes go by the same decision.
      aggregator: 'max',
      collect() {
        this.reset();
        for (const one of source.upstreams()) {
          const value = read(one);
          if (value !== null) this.set({ upstream: one.upstream }, value);
        }
      },
    });
  gauge(
    'headgate_upstream_in_flight_limit',
    'Requests in flight that an upstream is held to, all gateways together',
    ({ inFlightLimit }) => inFlightLimit,
  );
  gauge(
    'headgate_upstream_base_seconds',
    'Usual time to the head of an answer, as it was learned',
    ({ baseSeconds }) => baseSeconds,
  );
  gauge('headgate_upstream_suffers', '1 while an upstream is in distress', ({ suffers }) =>
    suffers ? 1 : 0,
  );
}

function registerRooms(registers: Registry[], source: ProtectionSource): void {
  const gauge = (
    name: string,
    help: string,
    least: (room: { factor: number; perMinute: number | null }) => number | null,
  ) =>
    new Gauge({
      ...{ name, help, labelNames: ['room'], registers },
      aggregator: 'min',
      collect() {
        this.reset();
        const values = new Map<string, number>();
        for (const room of source.rooms()) {
          const value = least(room);
          if (value !== null) values.set(room.label, Math.min(value, values.get(room.label) ?? value));
        }
        for (const [room, value] of values) this.set({ room }, value);
      },
    });
  gauge(
    'headgate_room_rate_factor',
    'Part of a room’s admissions a minute that protection lets in, while it holds the room',
    ({ factor }) => factor,
  );
  gauge(
    'headgate_room_rate_per_minute',
    'Admissions a minute that protection lets in, while it holds the room to a number',
    ({ perMinute }) => perMinute,
  );
}
