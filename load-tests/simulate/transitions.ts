/** The line's transitions as one table, so that a day or a history can be played on others: on broken ones above all. */
import { call } from '../../gateway/line/call.ts';
import { claim } from '../../gateway/line/claim.ts';
import { configure } from '../../gateway/line/configure.ts';
import { expectedWait, pollAfterSeconds, shownPosition } from '../../gateway/line/estimate.ts';
import { join } from '../../gateway/line/join.ts';
import { leave } from '../../gateway/line/leave.ts';
import { operate } from '../../gateway/line/operate.ts';
import { floorsOf, lift, markLoss, restore } from '../../gateway/line/recover.ts';
import { createRoom, roomFromJson, roomToJson } from '../../gateway/line/room.ts';
import { register, setSeats } from '../../gateway/line/seats.ts';
import { submit } from '../../gateway/line/submit.ts';
import { touch } from '../../gateway/line/touch.ts';
import { viewOf } from '../../gateway/line/view.ts';

export const lineTransitions = {
  createRoom,
  roomToJson,
  roomFromJson,
  configure,
  viewOf,
  join,
  call,
  claim,
  submit,
  touch,
  leave,
  register,
  setSeats,
  operate,
  lift,
  restore,
  markLoss,
  floorsOf,
  expectedWait,
  pollAfterSeconds,
  shownPosition,
};

export type Transitions = typeof lineTransitions;
