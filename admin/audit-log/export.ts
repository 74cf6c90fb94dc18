/** The audit log as JSON lines: an entry a line as canonical JSON, and a last line that says where it ends; and such a file verified again. */
import { createReadStream } from 'node:fs';
import { canonicalJson } from './canonical-json.ts';
import { GENESIS, type StoredEntry } from './chain.ts';
import type { Head } from './head.ts';
import { storedEntries } from './verify-data.ts';
import { type AuditFault, createWalk, type Walk, type Walked } from './walk.ts';

type Hashed = StoredEntry & { hash: string };

export function* exportLines(file: string): Generator<string> {
  let end: Head = { count: 0, hash: GENESIS };
  for (const entry of storedEntries(file)) {
    end = { count: entry.seq, hash: entry.hash };
    yield `${lineOf(entry)}\n`;
  }
  yield `${canonicalJson({ end })}\n`;
}

/** Throws what the disk says. */
export async function verifyExport(file: string): Promise<Walked> {
  const walk = createWalk({ count: 0, seen: () => {} });
  let end: Head | null = null;
  for await (const line of linesOf(file)) {
    const read = readLine(line);
    if ('end' in read) end = read.end;
    else takeLine(walk, read);
  }
  const walked = walk.end();
  return { ...walked, faults: [...walked.faults, ...faultsOfEnd(end, walked)] };
}

/** Split at line feeds alone: texts may hold the other line breaks of Unicode. */
async function* linesOf(file: string): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of createReadStream(file, 'utf8')) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

function lineOf(entry: Hashed): string {
  return canonicalJson({ ...entry, before: JSON.parse(entry.before), after: JSON.parse(entry.after) });
}

type Line = { end: Head } | { entry: Hashed } | { why: string };

function readLine(line: string): Line {
  try {
    const read = JSON.parse(line) as Record<string, unknown> | null;
    // Another text that says the same is a changed text.
    if (canonicalJson(read) !== line) return { why: 'its text was changed' };
    if (read && 'end' in read) return { end: read.end as Head };
    const entry = read as unknown as Hashed;
    if (!Number.isSafeInteger(entry?.seq)) return { why: 'it has no number' };
    return { entry: { ...entry, before: canonicalJson(entry.before), after: canonicalJson(entry.after) } };
  } catch (error) {
    return { why: (error as Error).message };
  }
}

function takeLine(walk: Walk, line: Exclude<Line, { end: Head }>): void {
  if ('entry' in line) walk.entry(line.entry);
  else walk.unreadable(line.why);
}

function faultsOfEnd(end: Head | null, { count, hash }: Walked): AuditFault[] {
  if (end?.count === count && end.hash === hash) return [];
  const position = Math.min(count, end?.count ?? count) + 1;
  const says = end ? `its last line speaks of entry ${end.count}` : 'its last line is gone';
  return [{ kind: 'cut', position, message: `entry ${position}: the file was cut here or changed; ${says}` }];
}
