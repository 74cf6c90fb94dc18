/** The keys folder in a backup: every key, which of them sign, and the draw's secret. Restoring adds what is missing and never overwrites. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readKeyFiles, writeSecretFile } from '../request/key-files.ts';
import { readRecord, recordOr, writeRecord } from '../request/key-record.ts';

const KEY = /^[A-Za-z0-9_-]{1,64}\.(ticket|pass|stamp)\.jwk$/;
const RECORD = 'current.json';
const DRAW_SECRET = 'draw.secret';

export interface KeyPlan {
  /** Not here yet. */
  missing: string[];
  /** Here with another content. */
  different: string[];
}

/** A folder that is not there has none. */
export async function readKeyTexts(folder: string): Promise<Record<string, string>> {
  const texts: Record<string, string> = {};
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  for (const name of names.filter(isOurs).sort()) texts[name] = await readFile(join(folder, name), 'utf8');
  return texts;
}

/** Which keys sign is decided where they are: a record of then is only for a folder that has no keys. */
export async function planKeys(folder: string, kept: Record<string, string>): Promise<KeyPlan> {
  const here = await readKeyTexts(folder);
  const isNew = Object.keys(here).every((name) => !KEY.test(name) && name !== RECORD);
  const wanted = Object.keys(kept).filter((name) => isOurs(name) && (isNew || name !== RECORD));
  return {
    missing: wanted.filter((name) => here[name] === undefined),
    different: wanted.filter((name) => here[name] !== undefined && here[name]?.trim() !== kept[name]?.trim()),
  };
}

export async function addKeys(
  folder: string,
  kept: Record<string, string>,
  names: readonly string[],
): Promise<void> {
  const held = await readKeyFiles(folder);
  // Without a record the newest key signs, and one that is added might be it: write down who signs before.
  if (held.length > 0 && !(await readRecord(folder))) await writeRecord(folder, recordOr(null, held));
  for (const name of names) await writeSecretFile(folder, name, kept[name] ?? '');
}

function isOurs(name: string): boolean {
  return KEY.test(name) || name === RECORD || name === DRAW_SECRET;
}
