/** A gateway's word on the rate: how much of it the platform can bear, and what it can bear where the law has no limit. */
import { step } from './advance.ts';
import { keepTokens } from './budget.ts';
import { ratePerMinute, WORDS_KEPT_MS } from './rate.ts';
import type { Room } from './room.ts';
import { viewOf } from './view.ts';
import type { Caller, RateWord, RoomView } from './words.ts';

/** Negative numbers count as 0. It lives in the room, so that no gateway spends at another's rate (LINE.md, rule 6). */
export function reportRate(room: Room, caller: Caller, { factor, perMinute }: RateWord): RoomView {
  step(room, caller);
  const before = ratePerMinute(room);
  for (const gateway of Object.keys(room.factors)) {
    if (room.at - room.factors[gateway]!.at > WORDS_KEPT_MS) delete room.factors[gateway];
  }
  room.factors[caller.gateway] = {
    factor: Math.min(1, Math.max(0, factor)),
    perMinute: perMinute === null ? null : Math.max(0, perMinute),
    at: room.at,
  };
  room.spokenAt = room.at;
  keepTokens(room, before);
  return viewOf(room);
}
