/** Who may ask what: by the route's own declaration, and for organisers by the room that is meant. Pure. */
import type { Actor, Ask, Role, Route } from '../words.ts';

/** From the least on. */
export const ROLES = [
  'observer',
  'viewer',
  'organiser',
  'operator',
  'admin',
] as const satisfies readonly Role[];

type Declared = Pick<Route, 'role' | 'forObservers' | 'roomOf' | 'filtersRooms'>;

export function isAtLeast(role: Role, least: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(least);
}

/** Before the request is read. Null: go on; else why not. */
export function refusedRole(route: Declared, actor: Actor): string | null {
  if (actor.role === 'observer' && route.forObservers === true) return null;
  if (!isAtLeast(actor.role, route.role)) return `this needs the role ${route.role}; yours is ${actor.role}`;
  const isForRooms = route.roomOf !== undefined || route.filtersRooms === true;
  if (actor.rooms !== null && !isForRooms) return 'organisers reach their own rooms, and this is no room’s';
  return null;
}

/** Once it is known which room is meant. Says the same of rooms that do not exist: who may not see them learns nothing. */
export function refusedRoom(route: Declared, ask: Ask): string | null {
  const { actor } = ask;
  if (actor.rooms === null || route.roomOf === undefined) return null;
  const room = route.roomOf(ask);
  if (room === null) return route.filtersRooms ? null : 'organisers must name a room of theirs';
  return actor.rooms.includes(room) ? null : 'this room is not among the rooms of this token';
}
