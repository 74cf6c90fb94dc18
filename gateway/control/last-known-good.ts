/** The last published document that a gateway of this data folder could take, on disk: it goes on by it when nobody can be asked. */
import { mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { writeWhole } from '../store/whole-file.ts';
import type { Published } from './words.ts';

const VERSION = 1;

export interface LastKnownGood {
  /** Null: there is none. Throws where one is there that cannot be read. */
  read(): Promise<Published | null>;
  /** Commands are not kept: what was to be done once was done. */
  write(document: Published): Promise<void>;
}

/**
 * Shared by all gateway processes of the folder: each writes the whole file, and the highest serial is written last by all.
 * `configFile`: of this gateway; what was kept for one that was started with another file is not for it.
 */
export function lastKnownGood(dataPath: string, configFile: string | null): LastKnownGood {
  const folder = join(dataPath, 'control');
  const file = join(folder, 'published.json');
  const keptFor = configFile === null ? null : resolve(configFile);
  let writing = Promise.resolve();

  async function write(document: Published): Promise<void> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const kept = { headgate: 'published', version: VERSION, keptFor, ...document, commands: [] };
    const text = JSON.stringify(kept);
    await writeWhole(
      file,
      async (opened) => void (await opened.writeFile(text)),
      `${file}.${process.pid}.part`,
    );
  }

  return {
    async read() {
      const text = await readFile(file, 'utf8').catch(unlessMissing);
      const kept = text === null ? null : parse(text, file);
      return kept?.keptFor === keptFor ? kept.document : null;
    },
    write(document) {
      const written = writing.then(() => write(document));
      // One that fails does not keep the next from being written.
      writing = written.catch(() => {});
      return written;
    },
  };
}

function unlessMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

function parse(text: string, file: string): { keptFor: string | null; document: Published } {
  const { headgate, version, keptFor, ...document } = JSON.parse(text) as Published & {
    headgate: unknown;
    version: unknown;
    keptFor: string | null;
  };
  if (headgate !== 'published' || version !== VERSION || typeof document.active?.config !== 'string')
    throw new TypeError(`${file} is no published document of version ${VERSION}`);
  return { keptFor, document };
}
