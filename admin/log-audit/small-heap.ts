/** Keeps the memory of a command that reads millions of lines, each of which is garbage at once, near what it holds. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * V8 would let the young generation grow to 48 MB before it looks what of it is still needed. What is small is looked
 * through in a millisecond: to share that out among threads takes longer than to do it. To be called before much is loaded,
 * for what has grown does not shrink.
 */
export function keepYoungSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--no-parallel-scavenge');
}

/**
 * V8 lets the old generation grow to 140 MB before its first full look, and then goes by what was needed. Looking once
 * before a long stretch of work makes that stretch go by what is needed now. Measured over a million lines, with the
 * above: 180 MB instead of 260, no slower.
 */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  setFlagsFromString('--no-expose-gc');
}
