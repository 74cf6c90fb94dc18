/** Writes a file that its owner alone can read: whole under its name and on the disk when it resolves, or not at all. */
import { type FileHandle, open, rename, rm } from 'node:fs/promises';

/** `part`: where it stands until it is whole. Throws what the disk said; nothing is left of a file that could not be finished. */
export async function writeWhole(
  path: string,
  write: (file: FileHandle) => Promise<void>,
  part = `${path}.part`,
): Promise<void> {
  try {
    const file = await open(part, 'w', 0o600);
    try {
      await write(file);
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    throw error;
  }
}
