/** Key ids that tokens name and this gateway lacks: an alarm, and a minute's patience from when no gateway holds them any more. */
import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.ts';

const PATIENCE_MS = 60_000;
/** Bounded: a stranger may invent as many key ids as he likes. */
const MAX_KIDS = 1_000;

export interface UnknownKeys {
  /** True when the key has been unknown for so long that its tokens are given up. */
  isHopeless(kid: string): boolean;
}

export function createUnknownKeys(
  clock: Clock,
  isHeldElsewhere: (kid: string) => boolean,
  alarm: (kid: string) => void,
): UnknownKeys {
  /** When each was first asked for, or last known to be held elsewhere. */
  const firstSeen = new LRUCache<string, number>({ max: MAX_KIDS });
  return {
    isHopeless(kid) {
      const now = clock.monotonicMs();
      const since = firstSeen.get(kid);
      if (since === undefined) alarm(kid);
      if (since !== undefined && !isHeldElsewhere(kid)) return now - since > PATIENCE_MS;
      firstSeen.set(kid, now);
      return false;
    },
  };
}
