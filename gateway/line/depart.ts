/** Depart: a gateway that ends in good order takes no share with it. */
import { step } from './advance.ts';
import { forgetGateway } from './loss.ts';
import type { Room } from './room.ts';
import type { Caller } from './words.ts';

export function depart(room: Room, caller: Caller): void {
  step(room, caller);
  forgetGateway(room, caller.gateway);
}
