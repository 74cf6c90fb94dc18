/** Key ids that tokens name and nobody here holds: an alarm, and a minute's patience before a new place is given. */
import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.ts';

const PATIENCE_MS = 60_000;
/** Bounded: a stranger may invent as many key ids as he likes. */
const MAX_KIDS = 1_000;

export interface UnknownKeys {
  /** True when the key has been unknown for so long that its tokens are given up. */
  isHopeless(kid: string): boolean;
}

export function createUnknownKeys(clock: Clock, alarm: (kid: string) => void): UnknownKeys {
  const firstSeen = new LRUCache<string, number>({ max: MAX_KIDS });
  return {
    isHopeless(kid) {
      const now = clock.monotonicMs();
      const since = firstSeen.get(kid);
      if (since === undefined) {
        firstSeen.set(kid, now);
        alarm(kid);
      }
      return since !== undefined && now - since > PATIENCE_MS;
    },
  };
}
