/** The snapshot: all rooms at one moment, written whole or not at all. */
import { readFileSync } from 'node:fs';
import { type Room, roomFromJson, roomToJson } from '../line/room.ts';
import { nothingRemembered, type Remembered } from './embedded-commands.ts';
import { decodeLines, encodeLine } from './embedded-lines.ts';
import { writeWhole } from './whole-file.ts';

const VERSION = 1;

export interface ReadSnapshot {
  remembered: Remembered;
  /** False: some of it is missing or damaged; `remembered` has what could be read. */
  isWhole: boolean;
}

/** Rooms as text, between a first line that names the format and a last one that counts them. */
export function snapshotText({ rooms, nextEpoch }: Remembered): string {
  let text = encodeLine({ headgate: 'snapshot', version: VERSION, nextEpoch });
  for (const room of rooms.values()) text += encodeLine([room.name, roomToJson(room)]);
  return text + encodeLine({ rooms: rooms.size });
}

export function writeSnapshot(path: string, text: string): Promise<void> {
  return writeWhole(path, (file) => file.writeFile(text));
}

export function readSnapshot(path: string): ReadSnapshot {
  const bytes = readFileSync(path);
  const { values, damaged, wholeBytes } = decodeLines(bytes);
  const remembered = nothingRemembered();
  let unread = damaged + (wholeBytes === bytes.length ? 0 : 1);
  for (const value of values) {
    if (Array.isArray(value) && !readRoom(remembered.rooms, value)) unread += 1;
  }
  const first = values[0] as { headgate?: string; version?: number; nextEpoch?: number } | undefined;
  const last = values.at(-1) as { rooms?: number } | undefined;
  remembered.nextEpoch = first?.nextEpoch ?? 1;
  const isOurs = first?.headgate === 'snapshot' && first.version === VERSION;
  return { remembered, isWhole: isOurs && last?.rooms === remembered.rooms.size && unread === 0 };
}

function readRoom(rooms: Map<string, Room>, [name, json]: unknown[]): boolean {
  try {
    rooms.set(String(name), roomFromJson(json));
    return true;
  } catch {
    return false;
  }
}
