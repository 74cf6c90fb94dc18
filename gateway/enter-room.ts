/** Makes a room live without a visitor asking for it, where that is possible at present. */
import type { NamedRoom } from './request/classify-room.ts';
import { isKeysMissing } from './request/key-files.ts';
import type { Rooms } from './request/rooms.ts';

export async function enterIfPossible(rooms: Rooms, { room, template }: NamedRoom): Promise<void> {
  try {
    await rooms.enter(room, template);
  } catch (error) {
    // Its draw needs a secret that is not here: not ready, and live as soon as the secret is there and somebody comes.
    if (!isKeysMissing(error)) throw error;
  }
}
