/** The words of backup and restore: the document, where rooms come from, and where they go. Types only. */
import type { Room } from '../line/room.ts';
import type { RoomView } from '../line/words.ts';

export interface BackupHead {
  /** ISO 8601. */
  at: string;
  store: 'embedded' | 'redis';
  config: { file: string | null; revision: number; text: string };
  /** Epoch of the next room that the embedded store makes; 1 where it has no say. */
  nextEpoch: number;
  /** Text by file name: signing keys, which of them sign, and the draw's secret; null: left out. */
  keys: Record<string, string> | null;
}

export interface Backup extends BackupHead {
  rooms: Room[];
}

/** Where rooms are read, without changing anything there. */
export interface RoomSource {
  readonly kind: 'embedded' | 'redis';
  readonly nextEpoch: number;
  /** What could not be read, for people; empty: all of it was. */
  readonly damage: readonly string[];
  names(): Promise<string[]>;
  /** Null: gone meanwhile, or never there. */
  read(room: string): Promise<Room | null>;
  close(): Promise<void>;
}

export interface Numbers {
  epoch: number;
  fence: number;
  lanes: RoomView['lanes'];
}

/** Where rooms are restored. Nothing is changed before the first `put` or `lift`, nor by `close`. */
export interface RoomTarget extends RoomSource {
  /** The store's clock, epoch ms. */
  nowMs(): Promise<number>;
  /** Writes what `make` makes of the present room (null: none); false: nobody may replace it any more, it was left as it is. */
  put(backup: Room, make: (blank: Room | null) => Room): Promise<boolean>;
  /** Raises a live room by the law, never lowers it; answers its numbers before and after. */
  lift(room: string, to: Numbers): Promise<{ from: Numbers; to: Numbers }>;
  /** Makes what was put and lifted last. */
  finish(nextEpoch: number): Promise<void>;
}
