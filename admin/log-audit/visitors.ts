/**
 * Tells visitors apart without keeping who they are: a client is a number, mixed of its address and agent with a key that
 * lives as long as the command. Says when a visit to a room begins, and in which room a visitor is on a host.
 */
import { apart } from './address-table.ts';
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

const VISIT_BITS = 19;
const PLACE_BITS = 18;
const REMEMBERED = 4_096;
const FACTORS = { one: 2654435761, two: 1597334677 };

/** Two hashes side by side (cyrb53), 64 bits together. */
interface Mixed {
  one: number;
  two: number;
}

export function createVisitors(key: number): Visitors {
  const visits = createTagTable(VISIT_BITS);
  const places = createTagTable(PLACE_BITS);
  const agents = createMixer(key);
  const hosts = createMixer(~key);
  const chosen: Mixed = { one: 0, two: 0 };
  const last = { room: 0, second: 0 };

  return {
    choose(client, agent) {
      if (client === null) return false;
      const mixed = agent === null ? NOBODY : agents(agent);
      chosen.one = key ^ mixed.one;
      chosen.two = ~key ^ mixed.two;
      mix(chosen, client);
      return true;
    },
    visit(room, second, idleSeconds) {
      const bucket = finish(step(chosen.one, room + 1, FACTORS.one));
      const check = finish(step(chosen.two, room + 1, FACTORS.two));
      const found = visits.find(bucket, check);
      const lastSecond = found < 0 ? Number.NEGATIVE_INFINITY : visits.secondAt(found);
      if (found < 0) visits.put(bucket, check, second, room);
      else if (second > lastSecond) visits.renew(found, second);
      const isOver = second - lastSecond > idleSeconds;
      return isOver ? { kind: 'begun' } : { kind: 'goes-on', lastSecond };
    },
    enter(host, room, second) {
      const { one, two } = hosts(host);
      places.put(finish(chosen.one ^ one), finish(chosen.two ^ two), second, room);
    },
    lastRoom(host) {
      const { one, two } = hosts(host);
      const found = places.find(finish(chosen.one ^ one), finish(chosen.two ^ two));
      if (found < 0) return null;
      last.room = places.valueAt(found);
      last.second = places.secondAt(found);
      return last;
    },
  };
}

const NOBODY: Mixed = { one: 0, two: 0 };

/** The same agents and hosts come again and again; what is remembered is bounded. */
function createMixer(key: number): (text: string) => Mixed {
  const remembered = new Map<string, Mixed>();
  return (text) => {
    const known = remembered.get(text);
    if (known !== undefined) return known;
    const mixed = { one: key | 0, two: ~key };
    mix(mixed, text);
    if (remembered.size >= REMEMBERED) remembered.clear();
    remembered.set(apart(text), mixed);
    return mixed;
  };
}

function mix(state: Mixed, text: string): void {
  let { one, two } = state;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    one = step(one, code, FACTORS.one);
    two = step(two, code, FACTORS.two);
  }
  state.one = one;
  state.two = two;
}

function step(hash: number, code: number, factor: number): number {
  return Math.imul(hash ^ code, factor);
}

function finish(hash: number): number {
  const once = Math.imul(hash ^ (hash >>> 16), 2246822507);
  return (once ^ (once >>> 13)) >>> 0;
}
