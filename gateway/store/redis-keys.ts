/** The keys of a room in Redis: one hash tag, so that a room is one slot of a cluster. */

/** In the order in which every script takes them. */
export const ROOM_PARTS = [
  'line',
  'inside',
  'sessions',
  'lapsed',
  'claimed',
  'returners',
  'seen',
  'ended',
  'changed',
] as const;

export type RoomPart = (typeof ROOM_PARTS)[number];

export function roomKey(prefix: string, room: string, part: RoomPart): string {
  return `${prefix}:{${room}}:${part}`;
}

export function roomKeys(prefix: string, room: string): string[] {
  return ROOM_PARTS.map((part) => roomKey(prefix, room, part));
}
