/** Reads the lines of a log in bounded memory. Types of log-lines.js. */
import type { Readable } from 'node:stream';

export interface LinesRead {
  /** Lines handed out; empty ones are not. */
  lines: number;
  /** Lines of more than 64 KB, which were skipped. */
  tooLong: number;
  isPacked: boolean;
  /** Packed data that breaks off or is damaged: what came before it was read. */
  isCut: boolean;
}

export const MAX_LINE_BYTES: number;

/** `-` is standard input. */
export function openLog(file: string): Readable;

/** `onChunk` hears how many bytes were read, unpacked, and may make the reading wait. */
export function readLines(
  source: AsyncIterable<Buffer>,
  onLine: (line: string) => void,
  options?: { onChunk?: (bytes: number) => void | Promise<void> },
): Promise<LinesRead>;

export interface LineSplitter {
  take(chunk: Buffer): void;
  end(): void;
}

export function createLineSplitter(
  onLine: (line: string) => void,
  counted: Pick<LinesRead, 'lines' | 'tooLong'>,
): LineSplitter;
