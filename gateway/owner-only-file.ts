/** Writes a file that its owner alone can read, its folder with it: whole or not at all, and on the disk when it resolves. */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeWhole } from './store/whole-file.ts';

/** Throws what the disk said; nothing is left of a file that could not be finished. */
export async function writeOwnerOnly(path: string, text: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  // Processes that write the same file do not write into each other's.
  await writeWhole(path, (file) => file.writeFile(text), `${path}.${process.pid}.part`);
}
