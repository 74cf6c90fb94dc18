/** The rooms of a cluster's run: on which master each lies, what law it has, and how it is judged. */
import { readRoom } from '../../../gateway/store/redis-room.ts';
import type { VisitorRecord } from '../../../load-tests/visitors/words.ts';
import type { Fleet } from '../../support/fleet.ts';
import type { RedisCluster } from '../../support/redis-cluster.ts';
import type { RedisServer } from '../../support/redis-server.ts';
import { judge, type Verdict } from '../verdict.ts';

export interface EventRoom {
  event: string;
  room: string;
}

/** Slots of an ordinary room, and of one with a long line. */
export const FEW = 2;
export const MANY = 5;
const FIRST_LINE = 9_001;
const CANDIDATES = 100;

/** Rooms with a long line: two of the master that fails, of which one moves later, and one of another. */
export async function linesOf(cluster: RedisCluster, master: RedisServer): Promise<EventRoom[]> {
  const owners = await cluster.ownersOf(eventRooms(CANDIDATES, FIRST_LINE).map(({ room }) => room));
  const on = (isVictims: boolean) =>
    eventRooms(CANDIDATES, FIRST_LINE).filter(({ room }) => (owners.get(room) === master) === isVictims);
  return [...on(true).slice(0, 2), ...on(false).slice(0, 1)];
}

export function eventRooms(count: number, first: number): EventRoom[] {
  return Array.from({ length: count }, (_, index) => ({
    event: String(first + index),
    room: `event-${first + index}`,
  }));
}

export function lawOf(sessions: number): string {
  return `{ limits: { sessions: ${sessions}, submitReserve: 0 }, session: { idleSeconds: 60 } }`;
}

/** How often each room's store found that something was lost. */
export async function lossesOf(
  cluster: RedisCluster,
  names: readonly string[],
): Promise<Map<string, number>> {
  const owners = await cluster.ownersOf(names);
  const counts = [...owners].map(async ([room, { client }]) => {
    return [room, (await readRoom(client, 'hg', room))?.losses ?? 0] as const;
  });
  return new Map(await Promise.all(counts));
}

/** Each room by the platform's own books of its event. */
export async function judgeRooms(
  fleet: Fleet,
  records: readonly VisitorRecord[],
  lines: readonly EventRoom[],
): Promise<Verdict> {
  const { byEvent } = await fleet.platform.stats();
  const long = new Set(lines.map(({ event }) => event));
  const over = Object.entries(byEvent).flatMap(([event, { most }]) => {
    const limit = long.has(event) ? MANY : FEW;
    return most > limit
      ? [{ by: most - limit, told: `event ${event}: ${most} inside, ${limit} allowed` }]
      : [];
  });
  const verdict = judge({ records, mostSessions: 0, limit: 0 });
  return {
    ...verdict,
    overLimit: over.reduce((sum, { by }) => sum + by, 0),
    breaches: [...over.map(({ told }) => told), ...verdict.breaches],
  };
}

/** What should not have been noticed and was, a sentence each. */
export function noticed(
  records: readonly VisitorRecord[],
  losses: ReadonlyMap<string, number>,
  isVictim: (room: string) => boolean,
): string[] {
  const lost = [...losses].filter(([room, count]) => !isVictim(room) && count > 0);
  const held = records.filter(
    ({ room, sightings }) =>
      room !== null && !isVictim(room) && sightings.some(({ state }) => state === 'held'),
  );
  return [
    ...lost.map(([room, count]) => `${room} was held ${count} times`),
    ...held.map(({ room, number }) => `${room}: ${number} was told that the store is lost`),
  ];
}
