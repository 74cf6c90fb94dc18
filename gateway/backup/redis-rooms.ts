/** The rooms in Redis: read each at one moment, and written only over what nobody would miss, whatever gateways do meanwhile. */
import { encode } from '@msgpack/msgpack';
import type { Settings } from '../../config/settings.ts';
import { createRoom, type Room } from '../line/room.ts';
import type { StoreLog } from '../store/embedded.ts';
import { roomKey, roomKeys } from '../store/redis-keys.ts';
import { createRedisLink, type RedisLink } from '../store/redis-link.ts';
import { readRoom, writeRoom } from '../store/redis-room.ts';
import { lineToJson } from '../store/redis-room-line.ts';
import { defineScripts } from '../store/redis-scripts.ts';
import { StoreLost } from '../store/store.ts';
import { callerAt, mayReplace, numbersOf, RESTORER } from './revive.ts';
import type { Numbers, RoomTarget } from './words.ts';

/** A gateway that ticks the room in the same moment makes a write start over. */
const ATTEMPTS = 20;

/** Rejects StoreLost where Redis cannot be reached, HG_STORE_REFUSED where it must not be used. */
export async function openRedisRooms(settings: Settings['store'], log: StoreLog): Promise<RoomTarget> {
  const link = createRedisLink({ settings, log, defineScripts: (client) => defineScripts(client) });
  try {
    await link.start();
    if (!link.isUp()) throw new StoreLost('Redis cannot be reached: is store.url right, and is it running?');
  } catch (error) {
    await link.stop();
    throw error;
  }
  return roomsOf(link, settings.prefix);
}

function roomsOf(link: RedisLink, prefix: string): RoomTarget {
  const { client } = link;
  const registry = `${prefix}:{rooms}`;
  const lineOf = (room: string) => roomKey(prefix, room, 'line');

  /** What is left of a forgotten room is its next epoch: a room of that epoch that has given nothing. */
  async function read(room: string): Promise<Room | null> {
    const found = await readRoom(client, prefix, room);
    if (found) return found;
    const epoch = await client.hget(lineOf(room), 'epoch');
    return epoch === null ? null : createRoom(room, Number(epoch));
  }

  /** False: somebody stepped the room since it was read. */
  async function replace(present: Room | null, room: Room): Promise<boolean> {
    await client.watch(lineOf(room.name));
    const line = lineToJson(await client.hgetallBuffer(lineOf(room.name)));
    if ((line?.seq ?? 0) !== (present?.seq ?? 0)) {
      await client.unwatch();
      return false;
    }
    try {
      await writeRoom(client, prefix, room);
      return true;
    } catch (error) {
      if (/transaction was dropped/.test(String(error))) return false;
      throw error;
    }
  }

  async function put(backup: Room, make: (blank: Room | null) => Room): Promise<boolean> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const present = await read(backup.name);
      if (!mayReplace(present, backup)) return false;
      if (!(await replace(present, make(present)))) continue;
      await client.sadd(registry, backup.name);
      return true;
    }
    throw new StoreLost(`room ${backup.name} is stepped again and again; nothing of it was written`);
  }

  /** By the gateways' own script, since they step the room at the same time. */
  async function lift(name: string, to: Numbers): Promise<{ from: Numbers; to: Numbers }> {
    const from = numbersOf((await read(name)) as Room);
    const { epoch, fence } = to;
    for (const [lane, { issued, serving }] of Object.entries(to.lanes))
      await run('hg_lift', name, [{ epoch, lane, issued, serving, fence }]);
    // Else it would count as a gateway that fell silent, and the others would keep a share for it.
    await run('hg_depart', name, []);
    return { from, to: numbersOf((await read(name)) as Room) };
  }

  async function run(script: string, room: string, args: readonly unknown[]): Promise<void> {
    const { gone, lastAt, sinceMs, lastSeq } = callerAt(0);
    const caller = {
      ...{ room, gateway: RESTORER, gone, lastAt, sinceMs, lastSeq },
      ...{ endedSeen: 0, leasesSeen: 0 },
    };
    await link.run(script, roomKeys(prefix, room), [encode(caller), '', encode(args)]);
  }

  return {
    kind: 'redis',
    nextEpoch: 1,
    damage: [],
    names: async () => (await client.smembers(registry)).sort(),
    read,
    put,
    lift,
    nowMs: async () => {
      const [seconds = 0, micros = 0] = (await client.time()).map(Number);
      return seconds * 1_000 + Math.floor(micros / 1_000);
    },
    finish: async () => {},
    close: () => link.stop(),
  };
}
