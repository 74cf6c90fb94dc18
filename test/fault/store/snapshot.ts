/** Copies of a Redis's files, as they are or made an hour old: what somebody restores by mistake, or for want of better. */
import { cp } from 'node:fs/promises';
import { roomFromJson, roomToJson } from '../../../gateway/line/room.ts';
import { readRoom, writeRoom } from '../../../gateway/store/redis-room.ts';
import { type RedisServer, startRedis } from '../../support/redis-server.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { untilSo } from '../../support/within.ts';

/** Everything that is a time of a room is one since 2001. */
const LEAST_EPOCH_MS = 1e12;

/** Path of a folder with what the server has written to its disk until now: with `appendfsync everysec` all but a second. */
export async function copyOf({ folder, cli }: RedisServer): Promise<string> {
  const copy = await tempFolder();
  await cli('BGREWRITEAOF');
  await untilSo(10_000, 'the append-only file was not rewritten', async () =>
    /aof_rewrite_in_progress:0\s[\s\S]*aof_rewrite_scheduled:0/.test(await cli('INFO', 'persistence')),
  );
  await cp(folder, copy, { recursive: true });
  return copy;
}

/** Moves every time of the room in the copy back, as if it had been taken so much earlier. */
export async function age(copy: string, room: string, byMs: number): Promise<void> {
  const side = await startRedis({ folder: copy, appendonly: 'everysec' });
  const found = await readRoom(side.client, 'hg', room);
  if (!found) throw new Error(`the copy knows no room ${room}`);
  await writeRoom(side.client, 'hg', roomFromJson(movedBack(roomToJson(found), byMs)));
  await side.stop();
}

function movedBack(value: unknown, byMs: number): unknown {
  if (typeof value === 'number') return value >= LEAST_EPOCH_MS ? value - byMs : value;
  if (Array.isArray(value)) return value.map((each) => movedBack(each, byMs));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, movedBack(each, byMs)]));
}
