/** Chances by seed: the same seed plays the same room again. */
import { seededRandom } from '../request/path-mutations.ts';

export interface Dice {
  /** Whole, from `low` to `high`, both included. */
  whole(low: number, high: number): number;
  chance(share: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** Undefined where there is none. */
  oneOf<T>(items: readonly T[]): T | undefined;
  /** A key, as often as its weight says. */
  weighted<K extends string>(weights: Record<K, number>): K;
}

export function createDice(seed: number): Dice {
  const next = seededRandom(seed);
  const random = () => next(2 ** 32) / 2 ** 32;
  const whole = (low: number, high: number) => low + Math.floor(random() * (high - low + 1));
  const oneOf = <T>(items: readonly T[]): T | undefined => items[whole(0, items.length - 1)];
  return {
    whole,
    oneOf,
    chance: (share) => random() < share,
    pick: (items) => oneOf(items)!,
    weighted(weights) {
      const keys = Object.keys(weights) as (keyof typeof weights)[];
      let left = random() * keys.reduce((sum, key) => sum + weights[key], 0);
      for (const key of keys) {
        left -= weights[key];
        if (left < 0) return key;
      }
      return keys[0]!;
    },
  };
}
