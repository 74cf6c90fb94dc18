/** What one more number costs its source: a lane, by how far the source is ahead of what people behind one address ask for. Pure. */
import type { LaterLane } from './lanes.ts';

export type Charge =
  | { kind: 'free' }
  | { kind: 'later'; lane: LaterLane }
  /** Only a trickle of its numbers is given. */
  | { kind: 'trickle' };

/** Numbers at once that anybody takes: each one more is one that every network of an attack gets. */
export const BURST = 2;
/** Numbers at once that people behind one address take: who asks for more is hot. */
export const HOT = 6;
/** A source that was not hot for so long gets one more at once: people do not come in step. */
const EARNED_MS = 1_000;
/** A hot source gets nothing at once for so long: neither a pause of an attack nor one of the machine makes it anybody again. */
export const COOLING_MS = 3_000;
/** Up to here it may still be a busy shared address. */
const PLAUSIBLE = 20;
const FREE: Charge = { kind: 'free' };
const LATER: Charge = { kind: 'later', lane: 'later' };
const LAST: Charge = { kind: 'later', lane: 'last' };
const TRICKLE: Charge = { kind: 'trickle' };

/** Numbers at once that are free. `calmMs`: since it was new, or had cooled; below 0 it is hot. */
export function burstOf(calmMs: number): number {
  return calmMs < 0 ? 0 : Math.min(HOT, BURST + calmMs / EARNED_MS);
}

/**
 * `fill`: the source's leaky bucket, which `perMinute` numbers a minute leave as empty as it was. A minute's worth beyond that,
 * no more numbers are given but one now and then, since each of them would have to be passed when it is called in vain.
 */
export function chargeFor(fill: number, burst: number, perMinute: number): Charge {
  if (fill <= burst) return FREE;
  if (fill <= PLAUSIBLE) return LATER;
  return fill <= mostPlausible(perMinute) ? LAST : TRICKLE;
}

/** A bucket holds twice what is plausible, so that one who stops is soon as anybody. */
export function bucketSize(perMinute: number): number {
  return 2 * mostPlausible(perMinute);
}

function mostPlausible(perMinute: number): number {
  return Math.max(perMinute, PLAUSIBLE);
}

/** Two bits more, four times the work, for each doubling of what the source is ahead. */
export function proofBits(fill: number, { leastBits, mostBits }: { leastBits: number; mostBits: number }) {
  const doublings = Math.log2(Math.max(1, fill / BURST));
  return Math.max(1, Math.min(mostBits, leastBits + Math.floor(2 * doublings)));
}
