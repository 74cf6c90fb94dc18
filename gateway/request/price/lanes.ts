/** The later lanes: where numbers go that one address takes faster than people come; they move with the others, only slower. */

/** `later`: more than its share for the moment; `last`: far more than people behind one address do. */
export type LaterLane = 'later' | 'last';

/**
 * Weights beside 1 of the default lane, which so gets 97 % of what is called while everybody waits. A line in which as many
 * come as go is short only by the difference: a tenth less would double its wait.
 */
const WEIGHTS: Record<LaterLane, number> = { later: 0.02, last: 0.01 };

/** Every room has them, and a room's `lanes` may give them other weights. */
export function laterLanes(lanes: Record<string, number>): Record<LaterLane, number> {
  const beside = lanes.default ?? 1;
  return { later: beside * WEIGHTS.later, last: beside * WEIGHTS.last };
}

export function isLaterLane(lane: string): lane is LaterLane {
  return Object.hasOwn(WEIGHTS, lane);
}
