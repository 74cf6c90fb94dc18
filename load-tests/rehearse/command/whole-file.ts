/** Writes a file whole or not at all: beside its place first, then under its name. */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Rejects with what the disk said; nothing is left of a file that could not be finished. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const part = `${path}.part`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(part, text, { mode: 0o600 });
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** What was found is told besides: a file that cannot be written is complained of, and loses nothing. */
export async function writeAsked(
  path: string,
  text: string,
  stderr: { write(text: string): unknown },
): Promise<void> {
  await writeWhole(path, text).catch((error: Error) =>
    stderr.write(`headgate rehearse: ${path} was not written: ${error.message}\n`),
  );
}
