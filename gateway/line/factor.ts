/** The rate factor: each gateway says how much of the rate the platform can bear; the least word of the last 5 s rules. */
import { step } from './advance.ts';
import type { Room } from './room.ts';
import { viewOf } from './view.ts';
import type { Caller, RoomView } from './words.ts';

/** Reports older than this are dropped; they count for 5 s only (budget.ts). */
const KEPT_MS = 60_000;

/** `factor`: 0 to 1. It lives in the room, so that no gateway spends at another's rate (LINE.md, rule 6). */
export function reportFactor(room: Room, caller: Caller, factor: number): RoomView {
  step(room, caller);
  for (const gateway of Object.keys(room.factors)) {
    if (room.at - room.factors[gateway]!.at > KEPT_MS) delete room.factors[gateway];
  }
  room.factors[caller.gateway] = { factor: Math.min(1, Math.max(0, factor)), at: room.at };
  return viewOf(room);
}
