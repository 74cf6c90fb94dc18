/** An override on disk, `<data>/overrides/<room>.json`: written whole, readable by its owner alone; what is damaged is told by name, never obeyed. */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeOwnerOnly } from '../owner-only-file.ts';
import type { Override, OverrideAction } from '../request/overrides.ts';

/** `id`: tells one override of a room from the next. */
export interface StoredOverride extends Override {
  id: string;
}

export interface DamagedFile {
  file: string;
  room: string;
  why: string;
}

export interface OverrideFolder {
  overrides: StoredOverride[];
  damaged: DamagedFile[];
}

export const ROOM_NAME = /^[A-Za-z0-9_~-]{1,64}$/;
export const MOST_MINUTES = 1_440;
export const MOST_SESSIONS = 1_000_000;
export const MOST_REASON_LENGTH = 500;
const MINUTE_MS = 60_000;
const VERSION = 1;
const ACTIONS: readonly string[] = ['pause', 'bypass', 'limit'] satisfies OverrideAction[];
/** An operator gives a few by hand; a folder full of something else must not be read each second. */
const MOST_FILES = 256;
const MOST_CHARACTERS = 16_384;

export function overrideFolder(dataPath: string): string {
  return join(dataPath, 'overrides');
}

export function overrideFile(folder: string, room: string): string {
  return join(folder, `${room}.json`);
}

/** Answers the file's name. Throws what the disk said. */
export async function writeOverride(folder: string, override: StoredOverride): Promise<string> {
  const { since, until, ...plain } = override;
  const times = { since: new Date(since).toISOString(), until: new Date(until).toISOString() };
  const document = { headgate: 'override', version: VERSION, ...plain, ...times };
  const file = overrideFile(folder, override.room);
  await writeOwnerOnly(file, `${JSON.stringify(document, null, 2)}\n`);
  return file;
}

export async function removeOverride(folder: string, room: string): Promise<void> {
  await rm(overrideFile(folder, room), { force: true });
}

/** A folder that is not there holds none. Throws where it cannot be read. */
export async function readOverrides(folder: string): Promise<OverrideFolder> {
  const found: OverrideFolder = { overrides: [], damaged: [] };
  const names = (await namesIn(folder)).filter((name) => name.endsWith('.json')).sort();
  for (const name of names.slice(0, MOST_FILES)) {
    const room = name.slice(0, -'.json'.length);
    const file = join(folder, name);
    const text = await textOf(file);
    if (text === null) continue;
    const override = readText(room, text);
    if (typeof override === 'string') found.damaged.push({ file, room, why: override });
    else found.overrides.push(override);
  }
  return found;
}

/** The override, or what is wrong with it. */
export function readText(room: string, text: string): StoredOverride | string {
  const value = parsed(text);
  if (value === null) return 'it is not a JSON object';
  if (value.headgate !== 'override' || value.version !== VERSION) return 'it is no override of version 1';
  if (value.room !== room || !ROOM_NAME.test(room)) return `its room must be that of the file name, ${room}`;
  const { id, action, reason } = value;
  if (typeof id !== 'string' || id === '' || typeof reason !== 'string') return 'id and reason must be texts';
  if (!ACTIONS.includes(action as string)) return 'its action must be pause, bypass or limit';
  const limit = action === 'limit' ? value.limit : null;
  if (action === 'limit' && !isSessionLimit(limit)) return `its limit must be from 0 to ${MOST_SESSIONS}`;
  const [since, until] = [Date.parse(String(value.since)), Date.parse(String(value.until))];
  if (!(until > since && until - since <= MOST_MINUTES * MINUTE_MS))
    return 'since and until must be times, at most a day apart';
  return { id, room, action: action as OverrideAction, limit: limit as number | null, reason, since, until };
}

export function isSessionLimit(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MOST_SESSIONS;
}

function parsed(text: string): Record<string, unknown> | null {
  if (text.length > MOST_CHARACTERS) return null;
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return (await unlessMissing(readdir(folder))) ?? [];
}

/** Null: lifted between the listing and the reading. What cannot be read otherwise is as good as damaged. */
async function textOf(file: string): Promise<string | null> {
  try {
    return await unlessMissing(readFile(file, 'utf8'));
  } catch {
    return '';
  }
}

async function unlessMissing<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
