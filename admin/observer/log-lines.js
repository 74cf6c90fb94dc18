/** Reads the lines of a log, plain or packed, from a file or a pipe, in bounded memory: a line that is too long is counted, not kept. */
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';

export const MAX_LINE_BYTES = 64 * 1024;
const CHUNK_BYTES = 64 * 1024;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const GZIP = [0x1f, 0x8b];

/** `-` is standard input, read as Node reads it: a pipe whose writer is slower than we are would end a plain reading with EAGAIN. */
export function openLog(file) {
  return file === '-' ? process.stdin : createReadStream(file, { highWaterMark: CHUNK_BYTES });
}

/**
 * Calls `onLine` for each line, as a text of one character a byte. Throws what reading throws; packed data that breaks
 * off, or is damaged, only ends the reading, and what came before it is used.
 */
export async function readLines(source, onLine, { onChunk = () => {} } = {}) {
  const counted = { lines: 0, tooLong: 0, isPacked: false, isCut: false };
  const splitter = createLineSplitter(onLine, counted);
  const chunks = source[Symbol.asyncIterator]();
  const head = await readHead(chunks);
  counted.isPacked = GZIP.every((byte, index) => head[index] === byte);
  const bytes = rejoined(head, chunks);
  for await (const chunk of counted.isPacked ? unpacked(bytes, counted) : bytes) {
    splitter.take(chunk);
    await onChunk(chunk.length);
  }
  splitter.end();
  return counted;
}

/** A pipe may give a single byte first. */
async function readHead(chunks) {
  let head = Buffer.alloc(0);
  while (head.length < GZIP.length) {
    const { value, done } = await chunks.next();
    if (done) break;
    head = Buffer.concat([head, value]);
  }
  return head;
}

async function* rejoined(head, chunks) {
  if (head.length > 0) yield head;
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
}

/** Of the packed data alone: what goes wrong with the file itself is thrown. */
async function* unpacked(bytes, counted) {
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  const feeding = feed(bytes, gunzip);
  try {
    yield* gunzip;
  } catch (error) {
    if (!String(error.code).startsWith('Z_')) throw error;
    counted.isCut = true;
  }
  await feeding;
}

async function feed(bytes, gunzip) {
  try {
    for await (const chunk of bytes) {
      if (gunzip.destroyed) return;
      if (!gunzip.write(chunk)) await drained(gunzip);
    }
    gunzip.end();
  } catch (error) {
    gunzip.destroy(error);
  }
}

function drained(stream) {
  if (stream.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      stream.off('drain', done);
      stream.off('close', done);
      resolve();
    };
    stream.on('drain', done);
    stream.on('close', done);
  });
}

/** Cuts chunks of bytes into lines; holds at most one unfinished line. */
export function createLineSplitter(onLine, counted) {
  /** What came of a line that is not complete yet, in pieces. */
  let pieces = [];
  let heldBytes = 0;
  let isTooLong = false;

  function finish(chunk, from, to) {
    const isWithin = !isTooLong && heldBytes + to - from <= MAX_LINE_BYTES;
    if (!isWithin) counted.tooLong += 1;
    else if (heldBytes > 0)
      emit(Buffer.concat([...pieces, chunk.subarray(from, to)]), 0, heldBytes + to - from);
    else emit(chunk, from, to);
    pieces = [];
    heldBytes = 0;
    isTooLong = false;
  }

  function emit(bytes, from, to) {
    const end = to > from && bytes[to - 1] === RETURN ? to - 1 : to;
    if (end === from) return;
    counted.lines += 1;
    onLine(bytes.latin1Slice(from, end));
  }

  function hold(rest) {
    if (isTooLong || rest.length === 0) return;
    heldBytes += rest.length;
    isTooLong = heldBytes > MAX_LINE_BYTES;
    if (isTooLong) pieces = [];
    // A copy: the chunk that it is a part of is not kept for its sake.
    else pieces.push(Buffer.from(rest));
  }

  return {
    take(chunk) {
      let from = 0;
      for (let to = chunk.indexOf(NEWLINE); to >= 0; to = chunk.indexOf(NEWLINE, from)) {
        finish(chunk, from, to);
        from = to + 1;
      }
      hold(chunk.subarray(from));
    },
    /** The last line may lack its end. */
    end() {
      if (heldBytes > 0) finish(Buffer.alloc(0), 0, 0);
    },
  };
}
