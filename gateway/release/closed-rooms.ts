/**
 * Rooms in which nobody is called now: before an opening, paused, offline, in maintenance. They ask the platform for nothing, so no other
 * room pays for them; yet who waits there comes at once when the room opens, so that its rate must stand before it does.
 */
import { surgeLimit } from './engage.ts';
import { modeOf } from './modes.ts';
import { firstPerMinute, isAdaptive, isCrowd } from './orders.ts';
import type { UpstreamState } from './state.ts';
import type { StepParts } from './upstream-step.ts';
import type { Orders } from './words.ts';

/** What they were held to stays; a crowd behind a room without limits gets the first rate of a surge. */
export function holdClosed(upstream: UpstreamState, { state, input, name }: StepParts, orders: Orders): void {
  const { settings } = input;
  const mayEngage = modeOf(settings, 'engage') === 'act';
  for (const [room, facts] of Object.entries(input.rooms)) {
    if (facts.upstream !== name || facts.isClosed !== true) continue;
    const held = state.held[room];
    if (held) orders.rooms[room] = { factor: held.factor, perMinute: held.perMinute };
    else if (mayEngage && isAdaptive(facts) && isCrowd(facts)) {
      const limit = surgeLimit(state, room, settings);
      const perMinute = firstPerMinute(state, limit, upstream.provenPerMinute, settings);
      orders.rooms[room] = { factor: 1, perMinute };
    }
  }
}
