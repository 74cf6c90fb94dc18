/** Counts the losses that rooms' views tell of: each once, also those of a store that forgot how many it had counted. */
import type { RoomView } from '../line/words.ts';

type Told = Pick<RoomView, 'losses' | 'holdUntil'>;

export interface LossesSeen {
  /** How many losses this view tells of that were not told before. A room's are counted from its first view here. */
  news(view: Pick<RoomView, 'room'> & Told): number;
  /** Drops rooms that are not live any more. */
  sweep(isLive: (room: string) => boolean): void;
}

export function createLossesSeen(): LossesSeen {
  const seen = new Map<string, Told>();
  return {
    news({ room, losses, holdUntil }) {
      const before = seen.get(room) ?? { losses, holdUntil };
      seen.set(room, { losses, holdUntil });
      if (losses !== before.losses) return losses > before.losses ? losses - before.losses : losses;
      // An empty store begins to count anew: the same number again, but another hold.
      return losses > 0 && holdUntil > 0 && holdUntil !== before.holdUntil ? 1 : 0;
    },
    sweep(isLive) {
      for (const room of seen.keys()) if (!isLive(room)) seen.delete(room);
    },
  };
}
