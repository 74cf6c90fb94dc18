/** A clock that a test moves by hand. */
import type { Clock } from '../../gateway/store/embedded-rooms.ts';

export interface HandClock extends Clock {
  advance(ms: number): void;
  /** The wall clock alone is set wrong. */
  jump(ms: number): void;
}

export function handClock(): HandClock {
  let wall = Date.parse('2026-11-01T12:00:00Z');
  let monotonic = 0;
  return {
    wallMs: () => wall,
    monotonicMs: () => monotonic,
    advance(ms) {
      wall += ms;
      monotonic += ms;
    },
    jump(ms) {
      wall += ms;
    },
  };
}
