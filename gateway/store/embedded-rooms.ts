/** The rooms in memory: what each one's last step said of time, and the view that everybody may see. */
import type { Room } from '../line/room.ts';
import { viewOf } from '../line/view.ts';
import type { RoomView } from '../line/words.ts';
import type { Clocks } from './embedded-commands.ts';

export interface Clock {
  /** Epoch ms; may jump. */
  wallMs(): number;
  /** From any start; never jumps. */
  monotonicMs(): number;
}

export interface KeptRoom {
  room: Room;
  view: RoomView | undefined;
  /** The turn of its last step, and that of `view`. */
  turn: number;
  viewTurn: number;
  /** Room time and sequence of the last step in this process, and the monotonic time then; 0 at first. */
  lastAt: number;
  lastSeq: number;
  lastMonotonicMs: number;
}

export function keep(room: Room): KeptRoom {
  return { room, view: undefined, turn: 0, viewTurn: -1, lastAt: 0, lastSeq: 0, lastMonotonicMs: 0 };
}

export function clocksOf(kept: KeptRoom, clock: Clock): Clocks {
  const sinceMs = kept.lastAt === 0 ? 0 : clock.monotonicMs() - kept.lastMonotonicMs;
  return { time: clock.wallMs(), lastAt: kept.lastAt, sinceMs, lastSeq: kept.lastSeq };
}

/** After a step that was made in `turn`. */
export function stepped(kept: KeptRoom, clock: Clock, turn: number): void {
  kept.turn = turn;
  kept.lastAt = kept.room.at;
  kept.lastSeq = kept.room.seq;
  kept.lastMonotonicMs = clock.monotonicMs();
}

/** The newest view whose step is written: what was shown must be true after a kill too. */
export function shownView(kept: KeptRoom, writtenTurn: number): RoomView | undefined {
  if (kept.viewTurn !== kept.turn && kept.turn <= writtenTurn) {
    kept.view = viewOf(kept.room);
    kept.viewTurn = kept.turn;
  }
  return kept.view;
}

/** While steps cannot be written: the last view, with room time going on by the monotonic clock. */
export function lostView({ lastAt, lastMonotonicMs }: KeptRoom, shown: RoomView, clock: Clock): RoomView {
  const at = Math.floor(lastAt + clock.monotonicMs() - lastMonotonicMs);
  return lastAt === 0 || at <= shown.at ? shown : { ...shown, at };
}
