/** The names of all rooms, so that somebody ticks a room that nobody remembers. Best effort: a room that is missing comes back with its next visitor. */
import type { RedisLink } from './redis-link.ts';

export interface RoomRegistry {
  add(room: string): void;
  remove(room: string): void;
  /** Every room that the store remembers; while it is lost, those on this gateway's disk. */
  all(): Promise<string[]>;
}

/** `onDisk`: rooms that this gateway remembers from before. */
export function createRoomRegistry(
  link: RedisLink,
  prefix: string,
  onDisk: Iterable<string> = [],
): RoomRegistry {
  const key = roomsKey(prefix);
  const own = new Set(onDisk);
  return {
    add: (room) => void link.client.sadd(key, room).catch(ignored),
    remove(room) {
      own.delete(room);
      link.client.srem(key, room).catch(ignored);
    },
    async all() {
      const known = link.isUp() ? await link.client.smembers(key).catch(() => []) : [];
      return [...new Set([...own, ...known])];
    },
  };
}

export function roomsKey(prefix: string): string {
  return `${prefix}:{rooms}`;
}

function ignored(): void {}
