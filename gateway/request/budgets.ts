/** Budgets of requests: what one pass may send a minute, and what a rule's standing allowance lets through. */
import type { Clock } from '../clock.ts';
import { recentMemory } from './recent-memory.ts';

const MINUTE_MS = 60_000;

interface Bucket {
  tokens: number;
  at: number;
}

/**
 * A token bucket a key; the table is bounded, and a forgotten key starts full. Nothing is lost with those that were not used
 * for a minute: they are full again.
 */
export function createRequestBudget(clock: Clock, maxKeys = 100_000) {
  const buckets = recentMemory<Bucket>(Math.ceil(maxKeys / 2), { clock, keptMs: () => MINUTE_MS });
  return {
    /** Seconds to wait, or 0 when the request is within the budget. */
    take(key: string, perMinute: number): number {
      const now = clock.monotonicMs();
      const bucket = buckets.get(key);
      if (!bucket) {
        buckets.set(key, { tokens: perMinute - 1, at: now });
        return perMinute >= 1 ? 0 : 60;
      }
      bucket.tokens = Math.min(perMinute, bucket.tokens + ((now - bucket.at) * perMinute) / MINUTE_MS);
      bucket.at = now;
      if (bucket.tokens < 1) return Math.max(1, Math.ceil(((1 - bucket.tokens) * 60) / perMinute));
      bucket.tokens--;
      return 0;
    },
  };
}

export type RequestBudget = ReturnType<typeof createRequestBudget>;

export interface StandingAllowance {
  requestsPerMinute: number | null;
  inFlight: number | null;
}

/** Standing allowances by rule: hold also while a line stands. */
export function createStandingAllowances(clock: Clock) {
  const budget = createRequestBudget(clock, 10_000);
  const inFlight = new Map<string, number>();
  const release = (rule: string) => inFlight.set(rule, (inFlight.get(rule) ?? 1) - 1);

  return {
    /** A function that gives the place back, or null when the rule has no allowance or it is used up. */
    take(rule: string, allowance: StandingAllowance): (() => void) | null {
      if (allowance.requestsPerMinute === null && allowance.inFlight === null) return null;
      const flying = inFlight.get(rule) ?? 0;
      if (allowance.inFlight !== null && flying >= allowance.inFlight) return null;
      if (allowance.requestsPerMinute !== null && budget.take(rule, allowance.requestsPerMinute) > 0)
        return null;
      inFlight.set(rule, flying + 1);
      return () => release(rule);
    },
  };
}

export type StandingAllowances = ReturnType<typeof createStandingAllowances>;
