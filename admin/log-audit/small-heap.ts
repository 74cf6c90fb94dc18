/** Keeps the memory of a command that reads millions of lines, each of which is garbage at once, near what it holds. */
import { setFlagsFromString } from 'node:v8';

/** V8 would let the young generation grow to 48 MB before it looks what of it is still needed. Measured: 40 MB less, no slower. */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
