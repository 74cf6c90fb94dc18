/** The names of all rooms, so that somebody ticks a room that nobody remembers. Best effort: a room that is missing comes back with its next visitor. */
import type { RedisLink } from './redis-link.ts';

export interface RoomRegistry {
  add(room: string): void;
  remove(room: string): void;
  /** Every room that the store remembers; empty while it is lost. */
  all(): Promise<string[]>;
}

export function createRoomRegistry(link: RedisLink, prefix: string): RoomRegistry {
  const key = `${prefix}:{rooms}`;
  return {
    add: (room) => void link.client.sadd(key, room).catch(ignored),
    remove: (room) => void link.client.srem(key, room).catch(ignored),
    all: () => link.client.smembers(key).catch(() => []),
  };
}

function ignored(): void {}
