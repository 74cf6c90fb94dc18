/** Operate: an operator's word on the line. It stands until another one, a law whose own state changed, or its time. */
import { step } from './advance.ts';
import { goTo } from './operator-state.ts';
import type { Room } from './room.ts';
import { viewOf } from './view.ts';
import type { Caller, Operation, OperatorState, RoomView } from './words.ts';

const STATE_AFTER: Record<Operation['kind'], OperatorState> = {
  pause: 'paused',
  offline: 'offline',
  open: 'open',
  end: 'ended',
};

/** Whatever is asked is done, also what is so already: the newest word is the one that counts. Places are kept but by `end`. */
export function operate(room: Room, caller: Caller, operation: Operation): RoomView {
  step(room, caller);
  const until = 'until' in operation ? operation.until : null;
  goTo(room, STATE_AFTER[operation.kind], until);
  return viewOf(room);
}
