/** What one more number costs its source: a lane, by how far the source is ahead of what people behind one address ask for. Pure. */
import type { LaterLane } from './lanes.ts';

export type Charge =
  | { kind: 'free' }
  | { kind: 'later'; lane: LaterLane }
  /** Only a trickle of its numbers is given. */
  | { kind: 'trickle' };

/** Numbers at once that anybody takes: each one more is one that every network of an attack gets. */
export const BURST = 2;
/** Up to here it may still be a busy shared address. */
const PLAUSIBLE = 20;

const FREE: Charge = { kind: 'free' };
const LATER: Charge = { kind: 'later', lane: 'later' };
const LAST: Charge = { kind: 'later', lane: 'last' };
const TRICKLE: Charge = { kind: 'trickle' };

/**
 * `fill`: the source's leaky bucket, which `perMinute` numbers a minute leave as empty as it was. A minute's worth beyond that,
 * no more numbers are given but one now and then, since each of them would have to be passed when it is called in vain.
 */
export function chargeFor(fill: number, perMinute: number, isCrowded: boolean): Charge {
  if (fill <= BURST || !isCrowded) return FREE;
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
