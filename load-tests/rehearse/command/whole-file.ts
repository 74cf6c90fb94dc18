/** Writes a file whole or not at all: beside its place first, then under its name. */
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** Rejects with what the disk said; nothing is left of a file that could not be finished. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const part = partOf(path);
  try {
    await makeFolder(dirname(path));
    await writeFile(part, text, { mode: 0o600 });
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Rejects, with what stands against it, where the path could not be written now; leaves its folder and no file. */
export async function tryPath(path: string): Promise<void> {
  if (path === '') throw new Error('it is empty');
  const there = await stat(path).catch(() => null);
  // A file that takes the place of a device, such as /dev/null, would break it for everybody.
  if (there !== null && !there.isFile()) throw new Error('it is there, and no plain file');
  const part = partOf(path);
  await makeFolder(dirname(path));
  await writeFile(part, '', { mode: 0o600 });
  await rm(part, { force: true });
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

/** Two that write the same file at once each have a part of their own. */
function partOf(path: string): string {
  return `${path}.${process.pid}.part`;
}

/** One folder at a time: where none can be made, as below /proc, a recursive `mkdir` tries for ever. */
async function makeFolder(folder: string): Promise<void> {
  const missing: string[] = [];
  for (let at = resolve(folder); !(await isThere(at)); at = dirname(at)) missing.unshift(at);
  for (const one of missing) await mkdir(one).catch(unlessThere);
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Somebody else may have made it meanwhile. */
function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
