/**
 * What a platform's own signal leaves of the rate: a straight line from all of it at .9 of the signal's limit to a twentieth at 1.05.
 *
 *   level = clamp((1.05 − value / limit) / .15, .05, 1)      down at once, up by 5 % a second
 *
 * Regimes: below .9 (nothing is taken); from there down in proportion, without a memory that could swing; stale (what it had caused is
 * held: whoever says nothing does not say that all is well); gone, when the platform took it back (up as after a recovery).
 */
import type { UpstreamState } from './state.ts';
import type { ExternalSignal } from './words.ts';

export const TIGHT_SHARE = 0.9;
const LEAST = 0.05;
const WIDTH = 0.15;
const UP_PER_SECOND = 0.05;

const aimOf = ({ value, limit }: ExternalSignal): number => {
  const used = limit > 0 ? value / limit : Number.POSITIVE_INFINITY;
  return Math.min(1, Math.max(LEAST, (TIGHT_SHARE + WIDTH - used) / WIDTH));
};

/** The level after `dtMs`, from the one before. */
export function nextLevel(level: number, aim: number, dtMs: number): number {
  return aim <= level ? aim : Math.min(aim, level + (UP_PER_SECOND * dtMs) / 1000);
}

export interface SignalChange {
  signal: ExternalSignal;
  what: 'tight' | 'well' | 'unknown' | 'known';
  level: number;
}

/** Moves the levels of an upstream's signals; answers what began or ended. */
export function followSignals(
  upstream: UpstreamState,
  signals: readonly ExternalSignal[],
  dtMs: number,
): SignalChange[] {
  return signals.flatMap((signal) => follow(upstream, signal, dtMs));
}

/** Raises what signals that nobody reports any more had taken; answers the names of those that take nothing since now. */
export function forgetSignals(
  upstream: UpstreamState,
  signals: readonly ExternalSignal[],
  dtMs: number,
): string[] {
  const ended: string[] = [];
  for (const [name, gone] of Object.entries(upstream.signals)) {
    if (signals.some((signal) => signal.name === name)) continue;
    const before = gone.level;
    gone.level = nextLevel(before, 1, dtMs);
    if (gone.level < 1) continue;
    delete upstream.signals[name];
    if (before < 1) ended.push(name);
  }
  return ended;
}

function follow(upstream: UpstreamState, signal: ExternalSignal, dtMs: number): SignalChange[] {
  const before = upstream.signals[signal.name] ?? { level: 1, isStale: false };
  const level = signal.isStale ? before.level : nextLevel(before.level, aimOf(signal), dtMs);
  upstream.signals[signal.name] = { level, isStale: signal.isStale };
  if (signal.isStale !== before.isStale) {
    return [{ signal, what: signal.isStale ? 'unknown' : 'known', level }];
  }
  if (before.level === 1 && level < 1) return [{ signal, what: 'tight', level }];
  return before.level < 1 && level === 1 ? [{ signal, what: 'well', level }] : [];
}

/** The least that any signal leaves; 1: all. */
export const signalLevel = ({ signals }: UpstreamState): number =>
  Math.min(1, ...Object.values(signals).map(({ level }) => level));
