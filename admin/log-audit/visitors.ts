/**
 * Tells visitors apart without keeping who they are: a client is a number, mixed of its address and agent with a key that
 * lives as long as the command. Says when a visit to a room begins, and in which room a visitor is on a host.
 */
import { createTagTable } from './tag-table.ts';

/** What became of a request: `lastSecond` is that of the visit's request before, where one is under way. */
export type Visit = { kind: 'begun' } | { kind: 'goes-on'; lastSecond: number };

export interface Visitors {
  /** Chooses whose request is looked at; false: the log does not tell. */
  choose(client: string | null, agent: string | null): boolean;
  /** The chosen visitor's request in a room, by the room's number. */
  visit(room: number, second: number, idleSeconds: number): Visit;
  /** The visitor is in this room on this host from now on. */
  enter(host: string, room: number, second: number): void;
  /** The room used last on this host, and when; null: none. */
  lastRoom(host: string): { room: number; second: number } | null;
}

const TABLE_BITS = 20;

export function createVisitors(key: number): Visitors {
  const visits = createTagTable(TABLE_BITS);
  const places = createTagTable(TABLE_BITS);
  const chosen = { one: 0, two: 0 };
  const own = { one: 0, two: 0 };
  const last = { room: 0, second: 0 };

  function choose(client: string | null, agent: string | null): boolean {
    if (client === null) return false;
    chosen.one = key | 0;
    chosen.two = ~key;
    mix(chosen, client);
    if (agent !== null) mix(chosen, agent);
    return true;
  }

  function at(host: string): void {
    own.one = chosen.one;
    own.two = chosen.two;
    mix(own, host);
  }

  return {
    choose,
    visit(room, second, idleSeconds) {
      own.one = step(chosen.one, room + 1, 2654435761);
      own.two = step(chosen.two, room + 1, 1597334677);
      const bucket = finish(own.one);
      const check = finish(own.two);
      const found = visits.find(bucket, check);
      const lastSecond = found < 0 ? Number.NEGATIVE_INFINITY : visits.secondAt(found);
      if (second > lastSecond) visits.put(bucket, check, second, room);
      const isOver = second - lastSecond > idleSeconds;
      return isOver ? { kind: 'begun' } : { kind: 'goes-on', lastSecond };
    },
    enter(host, room, second) {
      at(host);
      places.put(finish(own.one), finish(own.two), second, room);
    },
    lastRoom(host) {
      at(host);
      const found = places.find(finish(own.one), finish(own.two));
      if (found < 0) return null;
      last.room = places.valueAt(found);
      last.second = places.secondAt(found);
      return last;
    },
  };
}

/** Two multiplicative hashes side by side (cyrb53), 64 bits together. */
function mix(state: { one: number; two: number }, text: string): void {
  let { one, two } = state;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    one = step(one, code, 2654435761);
    two = step(two, code, 1597334677);
  }
  // The end counts: `a` with `bc` is not `ab` with `c`.
  state.one = step(one, 0x101, 2654435761);
  state.two = step(two, 0x101, 1597334677);
}

function step(hash: number, code: number, factor: number): number {
  return Math.imul(hash ^ code, factor);
}

function finish(hash: number): number {
  const once = Math.imul(hash ^ (hash >>> 16), 2246822507);
  return (once ^ (once >>> 13)) >>> 0;
}
