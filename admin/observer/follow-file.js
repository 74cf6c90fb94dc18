/** Hands on what is appended to a file, from its end on, through rotations (renamed, or cut to nothing), in bounded memory. */
import { open, stat } from 'node:fs/promises';

const CHUNK_BYTES = 64 * 1024;

/**
 * `onBytes` gets each chunk; `onRotate` hears that a new file begins. A file that is not there yet is waited for, and then
 * read from its beginning. `onFault` hears why nothing can be read, each time.
 */
export function followFile(file, { onBytes, onRotate, onFault, everyMs = 500 }) {
  const buffer = Buffer.alloc(CHUNK_BYTES);
  let handle = null;
  let inode = null;
  let position = 0;
  let isFirst = true;
  let isOver = false;
  let round = Promise.resolve();

  async function look() {
    try {
      await readOn();
      const now = await stat(file);
      if (handle === null) await begin(now);
      else if (now.ino !== inode || now.size < position) await turn(now);
      await readOn();
    } catch (error) {
      if (error.code !== 'ENOENT') onFault(error);
    } finally {
      isFirst = false;
    }
  }

  async function begin(now) {
    handle = await open(file, 'r');
    inode = (await handle.stat()).ino;
    position = isFirst ? now.size : 0;
  }

  async function turn(now) {
    await handle.close();
    handle = null;
    onRotate();
    await begin(now);
  }

  /** To the present end: also of a file that was renamed meanwhile, which its server may still write to. */
  async function readOn() {
    while (handle !== null && !isOver) {
      const { bytesRead } = await handle.read(buffer, 0, CHUNK_BYTES, position);
      if (bytesRead === 0) return;
      position += bytesRead;
      onBytes(buffer.subarray(0, bytesRead));
    }
  }

  const next = () => {
    round = look().then(() => {
      if (!isOver) timer = setTimeout(next, everyMs);
    });
  };
  let timer = null;
  next();
  return {
    /** Settles when the file's end was found for the first time. */
    ready: round,
    async stop() {
      isOver = true;
      clearTimeout(timer);
      await round;
      await handle?.close();
    },
  };
}
