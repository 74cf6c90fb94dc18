/** Files that a configuration names by relative paths are found again when the stage writes it elsewhere. Pure. */
import { resolve } from 'node:path';
import { isPlain, type Plain } from './stage-config.ts';

/** All that a stage does not take over itself. */
const FILES = ['logo', 'templates'];

/** `folder`: where the configuration, or the patch of one, was written. */
export function filesBeside(config: Plain, folder: string): Plain {
  if (!isPlain(config.rooms)) return config;
  const rooms = Object.entries(config.rooms).map(([name, room]) => [name, roomBeside(room, folder)]);
  return { ...config, rooms: Object.fromEntries(rooms) };
}

function roomBeside(room: unknown, folder: string): unknown {
  if (!isPlain(room) || !isPlain(room.page)) return room;
  const page = Object.entries(room.page).map(([name, value]) => [
    name,
    FILES.includes(name) && typeof value === 'string' ? resolve(folder, value) : value,
  ]);
  return { ...room, page: Object.fromEntries(page) };
}
