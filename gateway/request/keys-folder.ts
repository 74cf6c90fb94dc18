/** What is found in a keys folder: keys, the record beside them, and the secret of draws. */
import { readDrawSecret } from './draw-secret.ts';
import { type KeyFile, readKeyFiles } from './key-files.ts';
import { type KeyRecord, readRecord, recordOr } from './key-record.ts';
import { importSet } from './key-set.ts';

export interface KeysFolder {
  files: readonly KeyFile[];
  /** What `current.json` says. */
  own: KeyRecord | null;
  draw: Buffer | null;
  /** Why the folder could not be read; the rest is then as it was before. */
  fault: string | null;
}

/** Throws HG_KEYS_MISSING for whatever in it cannot be read. */
export async function readKeysFolder(path: string): Promise<KeysFolder> {
  const [files, own, draw] = await Promise.all([readKeyFiles(path), readRecord(path), readDrawSecret(path)]);
  // A file whose numbers are no key is a fault of the folder like any other.
  await importSet(path, files, recordOr(own, files), 0);
  return { files, own, draw, fault: null };
}
