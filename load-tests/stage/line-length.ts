/** How many wait in line, by a gate's status document. Pure. */

export interface RoomInLine {
  state: string;
  waiting: number;
}

/** Numbers of a room that is sold out will not be called any more: their owners learn of it at their next poll, and wait no longer. */
export function waitingInAll(rooms: readonly RoomInLine[]): number {
  return rooms.reduce((sum, { state, waiting }) => sum + (state === 'soldout' ? 0 : waiting), 0);
}
