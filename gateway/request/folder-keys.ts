/** The keys folder as it was read last, and the set of keys made of it and of what is recorded. */
import type { KeyFile } from './key-files.ts';
import { kidsOf } from './key-holders.ts';
import { recordOr, writeRecord } from './key-record.ts';
import { importSet, type KeySet } from './key-set.ts';
import { type KeysFolder, readKeysFolder } from './keys-folder.ts';
import { isImpostor, type SharedRecord, sharedOf } from './shared-record.ts';

export interface FolderKeys {
  readonly content: KeysFolder;
  readonly set: KeySet;
  /** Keys of the folder that are what they are called. */
  usable(): KeyFile[];
  /** Reads the folder again. A fault of it is noted, and the keys that were held stay. */
  look(record: SharedRecord | null): Promise<void>;
  /** Writes the record beside the keys, so that a store that lost everything can be told. */
  keep(record: SharedRecord): Promise<void>;
}

export async function createFolderKeys(path: string, overlapMs: number): Promise<FolderKeys> {
  let content: KeysFolder = { files: [], own: null, draw: null, fault: null };
  let set = await importSet(path, [], recordOr(null, []), overlapMs);
  let setOf = '';
  let record: SharedRecord | null = null;

  const usable = () => content.files.filter((file) => !isImpostor(record, file));

  /** Another set only where something is different: what was verified under the former is forgotten with it. */
  async function make(): Promise<void> {
    const current = record ?? recordOr(content.own, content.files);
    const files = usable();
    const made = JSON.stringify([kidsOf(files), current]);
    if (made === setOf) return;
    set = await importSet(path, files, current, overlapMs);
    setOf = made;
  }

  return {
    get content() {
      return content;
    },
    get set() {
      return set;
    },
    usable,
    async look(recorded) {
      record = recorded;
      try {
        content = await readKeysFolder(path);
      } catch (error) {
        content = { ...content, fault: (error as Error).message };
      }
      await make();
    },
    async keep(next) {
      if (content.fault || JSON.stringify(sharedOf(content.own)) === JSON.stringify(next)) return;
      await writeRecord(path, next);
    },
  };
}
