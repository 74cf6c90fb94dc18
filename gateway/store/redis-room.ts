/** A whole room out of Redis and into it, at one moment: for backups, and for the test that holds both stores to one law. */
import { decode } from '@msgpack/msgpack';
import type { ChainableCommander, Cluster, Redis } from 'ioredis';
import { type Room, roomFromJson, type Session } from '../line/room.ts';
import { type RoomPart, roomKey, roomKeys } from './redis-keys.ts';
import { lineFields, lineToJson, pack } from './redis-room-line.ts';

type Client = Redis | Cluster;
type Scored = [member: string, score: number];
type Details = [
  startedAt: number,
  ticketUntil: number,
  lane: string,
  number: number,
  spent: boolean,
  registered: boolean,
];

/** Null where there is no room with a law. Rejects where Redis does. */
export async function readRoom(client: Client, prefix: string, name: string): Promise<Room | null> {
  const key = (part: RoomPart) => roomKey(prefix, name, part);
  const multi = client.multi().hgetallBuffer(key('line')).hgetallBuffer(key('inside'));
  for (const part of ['sessions', 'lapsed', 'claimed', 'seen'] as const)
    multi.zrange(key(part), '0', '-1', 'WITHSCORES');
  const [line, inside, sessions, lapsed, claimed, seen, ended] = await answers(
    multi.zrange(key('ended'), '0', '-1'),
  );
  const json = lineToJson(line as Record<string, Buffer>);
  if (!json) return null;
  const details = inside as Record<string, Buffer>;
  const sessionOf = ([id, leaseUntil]: Scored) => sessionFrom(id, leaseUntil, details[id]!);
  return roomFromJson({
    ...{ ...json, name, endedSessions: ended },
    ...{ sessions: scored(sessions).map(sessionOf), lapsed: scored(lapsed).map(sessionOf) },
    ...{ claimed: scored(claimed), returners: scored(seen).map(returnerFrom) },
  });
}

/** Puts the room in the place of whatever was there. */
export async function writeRoom(client: Client, prefix: string, room: Room): Promise<void> {
  const key = (part: RoomPart) => roomKey(prefix, room.name, part);
  const sessions = [...room.sessions.values()];
  const lapsed = [...room.lapsed.values()];
  const returners = [...room.returners];
  const multi = client.multi().del(...roomKeys(prefix, room.name));
  multi.hset(key('line'), lineFields(room));
  for (const session of [...sessions, ...lapsed])
    multi.hset(key('inside'), session.id, pack(detailsOf(session)));
  addAll(multi, key('sessions'), sessions.map(leaseEnd));
  addAll(multi, key('lapsed'), lapsed.map(leaseEnd));
  addAll(multi, key('claimed'), [...room.claimed]);
  addAll(
    multi,
    key('returners'),
    returners.map(([member]) => [member, 0]),
  );
  addAll(
    multi,
    key('seen'),
    returners.map(([member, { seen }]) => [member, seen]),
  );
  addAll(
    multi,
    key('ended'),
    room.endedSessions.map((id, index) => [id, index + 1]),
  );
  // Each at a place of its own below the room's `seq`: whoever asks gets them in parts.
  addAll(
    multi,
    key('changed'),
    sessions.map(({ id }, index) => [id, room.seq - 1 + (index + 1) / sessions.length]),
  );
  await answers(multi);
}

async function answers(multi: ChainableCommander): Promise<unknown[]> {
  const results = await multi.exec();
  if (!results) throw new Error('redis: the transaction was dropped');
  return results.map(([error, answer]) => {
    if (error) throw error;
    return answer;
  });
}

function addAll(multi: ChainableCommander, key: string, entries: Scored[]): void {
  for (let first = 0; first < entries.length; first += 1_000) {
    const part = entries.slice(first, first + 1_000);
    multi.zadd(key, ...part.flatMap(([member, score]) => [score, member]));
  }
}

function scored(flat: unknown): Scored[] {
  const words = flat as string[];
  return Array.from({ length: words.length / 2 }, (_, i) => [words[2 * i]!, Number(words[2 * i + 1])]);
}

function leaseEnd({ id, leaseUntil }: Session): Scored {
  return [id, leaseUntil];
}

function detailsOf({ startedAt, ticketUntil, lane, number, spent, registered }: Session): Details {
  return [startedAt, ticketUntil, lane, number, spent, registered];
}

function sessionFrom(id: string, leaseUntil: number, packed: Buffer): Session {
  const [startedAt, ticketUntil, lane, number, spent, registered] = decode(packed) as Details;
  const queuedUntil = leaseUntil;
  return { id, startedAt, leaseUntil, queuedUntil, ticketUntil, lane, number, spent, registered };
}

function returnerFrom([member, seen]: Scored) {
  const [lane = '', number, id = ''] = member.split('\0');
  return { id, lane, number: Number(number), seen };
}
