/** Rooms by capture that the store knows from before, or from another gateway: they are live here too, so that somebody ticks them. */
import { enterIfPossible } from './enter-room.ts';
import type { LongLived } from './long-lived.ts';

export async function enterRememberedRooms({
  rooms,
  store,
}: Pick<LongLived, 'rooms' | 'store'>): Promise<void> {
  for (const name of await store.remembers()) {
    if (rooms.get(name)) continue;
    const named = rooms.named(name);
    if (named?.room === name) await enterIfPossible(rooms, named);
  }
}
