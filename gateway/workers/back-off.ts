/** How long to wait before a worker is started again: twice as long each time, as at first after a time of health. */

export interface BackOffBounds {
  firstMs: number;
  mostMs: number;
  /** Whoever lived for so long was healthy. */
  healthyMs: number;
}

export const BACK_OFF: BackOffBounds = { firstMs: 1_000, mostMs: 30_000, healthyMs: 60_000 };

export interface BackOff {
  /** `livedMs`: from listening to the end; 0 for one that never listened. */
  nextMs(livedMs: number): number;
}

export function createBackOff({ firstMs, mostMs, healthyMs }: BackOffBounds): BackOff {
  let waitMs = firstMs;
  return {
    nextMs(livedMs) {
      if (livedMs >= healthyMs) waitMs = firstMs;
      const present = waitMs;
      waitMs = Math.min(mostMs, waitMs * 2);
      return present;
    },
  };
}
