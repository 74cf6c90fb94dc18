/** The journal: what was appended before a kill is there after it. One synchronous write a batch; a failed write is kept and tried again at the same place. */
import { closeSync, openSync, writeSync } from 'node:fs';

/** `fs.writeSync`, or what stands in for it where a disk is to be full. */
export type WriteBytes = (
  fd: number,
  bytes: Buffer,
  offset: number,
  length: number,
  position: number,
) => number;

export interface Journal {
  /** Throws what the disk said; the text then waits for `retry`. */
  append(text: string): void;
  /** Writes what waits; throws as append does. */
  retry(): void;
  readonly hasUnwritten: boolean;
  close(): void;
}

/** Survives the death of the process, not of the machine: the system writes it out within seconds; snapshots are synced. */
export function openJournal(path: string, write: WriteBytes = writeSync): Journal {
  const fd = openSync(path, 'wx', 0o600);
  let unwritten: Buffer | null = null;
  let end = 0;

  // By position, so that half a write that failed is overwritten by the next.
  const writeOut = (bytes: Buffer) => {
    for (let done = 0; done < bytes.length; ) {
      done += write(fd, bytes, done, bytes.length - done, end + done);
    }
    end += bytes.length;
    unwritten = null;
  };
  return {
    append(text) {
      unwritten = unwritten ? Buffer.concat([unwritten, Buffer.from(text)]) : Buffer.from(text);
      writeOut(unwritten);
    },
    retry() {
      if (unwritten) writeOut(unwritten);
    },
    get hasUnwritten() {
      return unwritten !== null;
    },
    close: () => closeSync(fd),
  };
}
