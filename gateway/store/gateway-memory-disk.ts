/** The files of a gateway's memory: each one whole or not there, the newest and the one before. */
import { type FileHandle, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { firstLine, generationOf, lastLine, memoryFile } from './gateway-memory-file.ts';
import type { RoomTexts } from './gateway-memory-texts.ts';
import { writeWhole } from './whole-file.ts';

/** So much is handed to the disk at once; the text of it is made in one turn. */
const CHUNK_CHARACTERS = 65_536;
const FILES_KEPT = 2;

export function writeGeneration(folder: string, generation: number, texts: RoomTexts): Promise<void> {
  return writeWhole(join(folder, memoryFile(generation)), (file) => writeLines(file, texts));
}

/** The gateway goes on between two chunks. */
async function writeLines(file: FileHandle, texts: RoomTexts): Promise<void> {
  let text = firstLine();
  for (const line of texts.lines()) {
    text += line;
    if (text.length < CHUNK_CHARACTERS) continue;
    await file.writeFile(text);
    text = '';
  }
  await file.writeFile(text + lastLine(texts.count()));
}

export async function newestGeneration(folder: string): Promise<number> {
  const files = (await readdir(folder)).map(generationOf);
  return Math.max(0, ...files.map((file) => file?.generation ?? 0));
}

/** Deletes only behind a newer whole file: a kill at any moment leaves one that can be read. */
export async function prune(folder: string, newest: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const file = generationOf(name);
    if (file && (file.isPart || file.generation <= newest - FILES_KEPT))
      await rm(join(folder, name), { force: true });
  }
}
