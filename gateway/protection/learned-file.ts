/** What automatic protection has learned, on disk: it outlives a restart. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../observe/logger.ts';
import { type Decision, learnedOf, readDecision, writeDecision } from '../release/decision.ts';
import { writeWhole } from '../store/whole-file.ts';

export interface LearnedFile {
  /** Null: nothing is there that can be read; the log says what is wrong with what is. */
  read(): Promise<Decision | null>;
  /** Never rejects: what is not written is learned again. */
  write(learned: Decision): Promise<void>;
}

/** Shared by all gateway processes of the folder, which learn the same: each writes the whole file. */
export function learnedFile(dataPath: string, log: Pick<Log, 'say' | 'sample'>): LearnedFile {
  const file = join(dataPath, 'protection.json');
  let writing = Promise.resolve();

  async function write(learned: Decision): Promise<void> {
    const text = writeDecision(learned);
    await writeWhole(
      file,
      async (opened) => void (await opened.writeFile(text)),
      `${file}.${process.pid}.part`,
    ).catch((error) =>
      log.sample(
        'protection',
        'warn',
        () => ({ file, error: String(error) }),
        'what protection learned cannot be written; after a restart it learns anew',
      ),
    );
  }

  return {
    async read() {
      try {
        // Whatever else is written there: nothing is in force from an earlier life.
        return learnedOf(readDecision(await readFile(file, 'utf8')));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
        log.say(
          'warn',
          { file, error: String(error) },
          'what protection learned cannot be read: it learns anew',
        );
        return null;
      }
    },
    write(learned) {
      writing = writing.then(() => write(learned));
      return writing;
    },
  };
}
