/** The lines of the embedded store's files: a checksum and one JSON value each, so that a damaged line is noticed and a cut one told apart. */
import { crc32 } from 'node:zlib';

export function encodeLine(value: unknown): string {
  const text = JSON.stringify(value);
  return `${checksum(text)} ${text}\n`;
}

export interface Lines {
  values: unknown[];
  /** Lines that are whole but not what was written. */
  damaged: number;
  /** Bytes up to the end of the last whole line; what follows was cut, as a kill in the middle of a write does. */
  wholeBytes: number;
}

export function decodeLines(bytes: Buffer): Lines {
  const wholeBytes = bytes.lastIndexOf(10) + 1;
  const lines: Lines = { values: [], damaged: 0, wholeBytes };
  for (const line of bytes.toString('utf8', 0, wholeBytes).split('\n').slice(0, -1)) {
    const text = line.slice(9);
    if (line[8] === ' ' && line.slice(0, 8) === checksum(text)) lines.values.push(JSON.parse(text));
    else lines.damaged += 1;
  }
  return lines;
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}
