/** The last published document that a gateway of this data folder could take, on disk: it goes on by it when nobody can be asked. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '../store/whole-file.ts';
import type { Published } from './words.ts';

const VERSION = 1;

export interface LastKnownGood {
  /** Null: there is none. Throws where one is there that cannot be read. */
  read(): Promise<Published | null>;
  /** Commands are not kept: what was to be done once was done. */
  write(document: Published): Promise<void>;
}

/** Shared by all gateway processes of the folder: each writes the whole file, and the highest serial is written last by all. */
export function lastKnownGood(dataPath: string): LastKnownGood {
  const folder = join(dataPath, 'control');
  const file = join(folder, 'published.json');
  return {
    async read() {
      const text = await readFile(file, 'utf8').catch(unlessMissing);
      return text === null ? null : parse(text, file);
    },
    async write(document) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const text = JSON.stringify({ headgate: 'published', version: VERSION, ...document, commands: [] });
      await writeWhole(
        file,
        async (opened) => void (await opened.writeFile(text)),
        `${file}.${process.pid}.part`,
      );
    },
  };
}

function unlessMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

function parse(text: string, file: string): Published {
  const { headgate, version, ...document } = JSON.parse(text) as Published & Record<string, unknown>;
  if (headgate !== 'published' || version !== VERSION || typeof document.active?.config !== 'string')
    throw new TypeError(`${file} is no published document of version ${VERSION}`);
  return document;
}
