/**
 * Keeps the rooms of rehearsals apart from those of real visitors in one store: whoever has one of the two views below
 * sees, ticks and remembers its own rooms only.
 *
 * A rehearsal's prefix begins with `~`, which no capture may hold: whatever visitors ask for, no template makes such a name.
 */
import type { Store } from '../store/store.ts';

/** `~r3f9k~event-4711`: of the rehearsal r3f9k. */
const REHEARSED = /^~(r[a-z0-9]{4})~/;

/** Which rehearsal a room belongs to; null: it is a real one. */
export function rehearsalOf(room: string): string | null {
  return REHEARSED.exec(room)?.[1] ?? null;
}

/** The store as real visitors' rooms have it. */
export function realRooms(store: Store): Store {
  return viewOn(store, (room) => room[0] !== '~' || rehearsalOf(room) === null);
}

/** The store as the rooms of one rehearsal have it. */
export function rehearsedRooms(store: Store, prefix: string): Store {
  return viewOn(store, (room) => room.startsWith(prefix));
}

function viewOn(store: Store, isOwn: (room: string) => boolean): Store {
  const view = Object.create(store) as { -readonly [Key in keyof Store]: Store[Key] };
  view.rooms = function* () {
    for (const room of store.rooms()) if (isOwn(room)) yield room;
  };
  view.remembers = async () => [...(await store.remembers())].filter(isOwn);
  return view;
}
