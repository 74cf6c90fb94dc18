/** The platform's books: what really arrived and what became of it, as `GET /_platform/stats` tells. */
import type { IncomingMessage } from 'node:http';
import type { Database } from './database.ts';
import { createLastSecond } from './last-second.ts';
import { createPercentiles } from './percentiles.ts';
import type { Registrations } from './registrations.ts';
import type { SessionStats, Sessions } from './sessions.ts';

export interface PlatformStats extends SessionStats {
  requests: number;
  /** Answered with 5xx, or not answered in full. */
  failed: number;
  /** Connections that carried a request (the books' own not counted), and leaked ones. */
  connections: { now: number; most: number };
  database: { inUse: number; waiting: number; mostWaiting: number };
  latencyMs: { p50: number; p95: number; p99: number };
  /** Of what was answered within the last whole second; null: nothing was. */
  lastSecond: { p95Ms: number | null };
  registrations: Record<string, number>;
  byHost: Record<string, number>;
  stamped: number;
  unstamped: number;
}

export interface Books {
  stats(): PlatformStats;
  /** Zeroes all figures and forgets all sessions; the mode stays. */
  reset(): void;
}

/** What the front door writes into the books. */
export interface Ledger extends Books {
  arrived(request: IncomingMessage): void;
  /** Each request that arrived is judged once. */
  judged(isStamped: boolean): void;
  /** `latencyMs` is null for what is meant to last: event streams and WebSockets. */
  left(isWell: boolean, latencyMs: number | null): void;
  connected(): void;
  disconnected(): void;
}

const HOSTS_KEPT = 1000;

export function createLedger(sources: {
  sessions: Sessions;
  database: Database;
  registrations: Registrations;
}): Ledger {
  const { sessions, database, registrations } = sources;
  const latencies = createPercentiles();
  const lastSecond = createLastSecond(() => performance.now());
  const tally = { requests: 0, failed: 0, stamped: 0, unstamped: 0 };
  const hosts = new Map<string, number>();
  const connections = { now: 0, most: 0 };

  const openConnections = () => connections.now + database.stats().leaked;
  const noteConnections = () => {
    connections.most = Math.max(connections.most, openConnections());
  };

  return {
    arrived(request) {
      tally.requests += 1;
      countHost(hosts, request.headers.host ?? '');
    },
    judged(isStamped) {
      if (isStamped) tally.stamped += 1;
      else tally.unstamped += 1;
    },
    left(isWell, latencyMs) {
      if (!isWell) tally.failed += 1;
      if (latencyMs !== null) {
        latencies.record(latencyMs);
        lastSecond.record(latencyMs);
      }
      noteConnections();
    },
    connected() {
      connections.now += 1;
      noteConnections();
    },
    disconnected() {
      connections.now -= 1;
    },
    stats() {
      const { inUse, waiting, mostWaiting } = database.stats();
      return {
        ...tally,
        ...sessions.stats(),
        connections: { now: openConnections(), most: connections.most },
        database: { inUse, waiting, mostWaiting },
        latencyMs: { p50: latencies.at(0.5), p95: latencies.at(0.95), p99: latencies.at(0.99) },
        lastSecond: { p95Ms: lastSecond.p95() },
        registrations: registrations.counts(),
        byHost: Object.fromEntries(hosts),
      };
    },
    reset() {
      Object.assign(tally, { requests: 0, failed: 0, stamped: 0, unstamped: 0 });
      hosts.clear();
      latencies.clear();
      lastSecond.clear();
      sessions.reset();
      database.reset();
      registrations.reset();
      connections.most = openConnections();
    },
  };
}

function countHost(hosts: Map<string, number>, authority: string): void {
  const host = authority.toLowerCase().replace(/:\d*$/, '');
  const key = hosts.has(host) || hosts.size < HOSTS_KEPT ? host : '(other)';
  hosts.set(key, (hosts.get(key) ?? 0) + 1);
}
