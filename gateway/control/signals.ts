/** External signals as this gateway knows them: each counts for its time to live by this gateway's own clock, so that a dead admin process makes them stale, too. */
import type { Clock } from '../clock.ts';
import type { PublishedSignal } from './words.ts';

export interface HeardSignal {
  name: string;
  upstream: string;
  value: number;
  limit: number;
  isStale: boolean;
}

export interface SignalMemory {
  /** The present ones. `unseenMs`: for how long nobody looked before: what is new may be so much older than it says. */
  see(signals: readonly PublishedSignal[], unseenMs: number): void;
  /** Stale ones among them: that there is one and that it says nothing must be seen. */
  list(): HeardSignal[];
}

interface Known {
  signal: PublishedSignal;
  staleMs: number;
}

export function createSignalMemory(clock: Pick<Clock, 'monotonicMs'>): SignalMemory {
  let known = new Map<string, Known>();

  function know(signal: PublishedSignal, nowMs: number, unseenMs: number): Known {
    const before = known.get(keyOf(signal));
    if (before && isSame(before.signal, signal)) return before;
    return { signal, staleMs: nowMs + signal.ttlSeconds * 1_000 - signal.ageMs - unseenMs };
  }

  return {
    see(signals, unseenMs) {
      const nowMs = clock.monotonicMs();
      known = new Map(signals.map((signal) => [keyOf(signal), know(signal, nowMs, unseenMs)]));
    },
    list() {
      const nowMs = clock.monotonicMs();
      return [...known.values()].map(({ signal: { name, upstream, value, limit }, staleMs }) => ({
        ...{ name, upstream, value, limit },
        isStale: nowMs >= staleMs,
      }));
    },
  };
}

const keyOf = ({ upstream, name }: PublishedSignal) => `${upstream}\n${name}`;

/** Published again with another document, it is none the younger. */
function isSame(a: PublishedSignal, b: PublishedSignal): boolean {
  return a.at === b.at && a.value === b.value && a.limit === b.limit && a.ttlSeconds === b.ttlSeconds;
}
