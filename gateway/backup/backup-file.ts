/** The backup's file: one JSON document, whole or not there, for its owner alone; a damaged one is refused, never half read. */
import { createHash } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip, gunzipSync } from 'node:zlib';
import { type Room, roomFromJson, roomToJson } from '../line/room.ts';
import type { Backup, BackupHead } from './words.ts';

const VERSION = 1;
const SUM = '\n"sha256":';
const ROOM_NAME = /^[A-Za-z0-9_~-]{1,64}$/;
const GZIP_MAGIC = 0x1f8b;

/** Room by room, so that memory holds one at a time. Packed where the name ends in `.gz`. */
export async function writeBackup(path: string, head: BackupHead, rooms: AsyncIterable<Room>): Promise<void> {
  const part = `${path}.${process.pid}.part`;
  try {
    const file = await open(part, 'w', 0o600);
    const stream = file.createWriteStream({ flush: true });
    const pieces = textOf(head, rooms);
    if (path.endsWith('.gz')) await pipeline(pieces, createGzip(), stream);
    else await pipeline(pieces, stream);
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

async function* textOf(head: BackupHead, rooms: AsyncIterable<Room>): AsyncGenerator<string> {
  const hash = createHash('sha256');
  const summed = (text: string) => {
    hash.update(text);
    return text;
  };
  const { at, store, config, nextEpoch, keys } = head;
  const opening = JSON.stringify({
    headgate: 'backup',
    version: VERSION,
    at,
    store,
    config,
    nextEpoch,
    keys,
  });
  yield summed(`${opening.slice(0, -1)},\n"rooms":[`);
  let separator = '\n';
  for await (const room of rooms) {
    yield summed(`${separator}${JSON.stringify(roomToJson(room))}`);
    separator = ',\n';
  }
  yield summed('\n],');
  yield `${SUM}"${hash.digest('hex')}"}\n`;
}

export type ReadBackup = { ok: true; backup: Backup } | { ok: false; why: string };

export async function readBackup(path: string): Promise<ReadBackup> {
  try {
    return parseBackup(unpacked(await readFile(path)));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return wrong('there is no such file');
    return wrong(
      code?.startsWith('Z_') ? 'it is damaged: it cannot be unpacked' : `it cannot be read (${message})`,
    );
  }
}

function unpacked(bytes: Buffer): string {
  const isPacked = bytes.length > 2 && bytes.readUInt16BE(0) === GZIP_MAGIC;
  return (isPacked ? gunzipSync(bytes) : bytes).toString('utf8');
}

function parseBackup(text: string): ReadBackup {
  const document = parsed(text);
  if (document === null) return wrong('it is damaged or no backup: it is not one JSON document');
  if (document.headgate !== 'backup') return wrong('it is no backup of Headgate');
  if (document.version !== VERSION)
    return wrong(
      `it is of format version ${String(document.version)}; this Headgate reads version ${VERSION}`,
    );
  if (!hasRightSum(text, document.sha256)) return wrong('it is damaged: its checksum does not fit');
  return readRooms(document as unknown as Backup);
}

function readRooms(document: Backup): ReadBackup {
  const rooms = new Map<string, Room>();
  for (const json of document.rooms as unknown[]) {
    try {
      const room = roomFromJson(json);
      if (!ROOM_NAME.test(room.name) || rooms.has(room.name)) return wrong(`a room is named ${room.name}`);
      rooms.set(room.name, room);
    } catch (error) {
      return wrong(`room ${String((json as Partial<Room> | null)?.name)} is ${(error as Error).message}`);
    }
  }
  return { ok: true, backup: { ...document, rooms: [...rooms.values()] } };
}

/** Over all that stands before it, byte for byte: what was changed by hand is told from what was written. */
function hasRightSum(text: string, sum: unknown): boolean {
  const end = text.lastIndexOf(SUM);
  return end > 0 && createHash('sha256').update(text.slice(0, end)).digest('hex') === sum;
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function wrong(why: string): ReadBackup {
  return { ok: false, why };
}
