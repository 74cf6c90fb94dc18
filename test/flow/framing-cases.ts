/** Reads a corpus of raw requests: what is sent, byte by byte, and what must come of it. */
import { readFileSync } from 'node:fs';

export type Outcome =
  | { kind: 'refused'; status: RegExp }
  /** The platform sees exactly this; `keeps`: the connection goes on. */
  | { kind: 'one'; seen: string; keeps: boolean }
  | { kind: 'never' };

export interface FramingCase {
  name: string;
  outcome: Outcome;
  bytes: string;
}

export function readCases(file: URL): FramingCase[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '' && !line.startsWith('#')).map(readCase);
}

function readCase(line: string): FramingCase {
  const [name, outcome, bytes, ...more] = line.split('\t');
  if (bytes === undefined || more.length > 0) throw new Error(`not a case: ${line}`);
  return { name: name!, outcome: readOutcome(outcome!), bytes: unescaped(bytes) };
}

function readOutcome(text: string): Outcome {
  const [word, ...rest] = text.split(' ');
  if (word === 'never') return { kind: 'never' };
  if (word === 'one' || word === 'closes')
    return { kind: 'one', seen: unescaped(rest.join(' ')), keeps: word === 'one' };
  return { kind: 'refused', status: new RegExp(`^${word!.replaceAll('x', '\\d')}$`) };
}

const ESCAPES: Record<string, string> = { r: '\r', n: '\n', t: '\t', '0': '\0', '\\': '\\' };

function unescaped(text: string): string {
  const plain = text.replace(/\\(?:x([0-9a-f]{2})|(.))/g, (_, hex: string | undefined, char: string) =>
    hex === undefined ? ESCAPES[char]! : String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return plain.replace(/\{([^{}]+)\*(\d+)\}/g, (_, piece: string, count: string) =>
    piece.repeat(Number(count)),
  );
}
