/** The names in the embedded store's folder: each generation is a snapshot and the journal of what came after it. */
import { readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

export type FileKind = 'snapshot' | 'journal';

const NAME = /^(snapshot|journal)-(\d{9})\.jsonl$/;
/** Also of a snapshot that was never finished. */
const PRUNED = /^(?:snapshot|journal)-(\d{9})\.jsonl(?:\.part)?$/;

export function filePath(folder: string, kind: FileKind, generation: number): string {
  return join(folder, `${kind}-${String(generation).padStart(9, '0')}.jsonl`);
}

/** Ascending. */
export function generationsOf(folder: string, kind: FileKind): number[] {
  const names = readdirSync(folder).map((name) => NAME.exec(name));
  return names
    .filter((match) => match?.[1] === kind)
    .map((match) => Number(match?.[2]))
    .sort((a, b) => a - b);
}

/** Deletes what no start will read any more, and parts of snapshots that were never finished. */
export function prune(folder: string, oldestKept: number): void {
  for (const name of readdirSync(folder)) {
    const generation = Number(PRUNED.exec(name)?.[1] ?? Number.POSITIVE_INFINITY);
    if (generation < oldestKept) rmSync(join(folder, name), { force: true });
  }
}

/** Keeps a damaged file for whoever looks into it, under a name that no start reads; answers that name. */
export function keepAside(path: string, wallMs: number): string {
  const aside = `${path}.corrupt-${new Date(wallMs).toISOString().replaceAll(':', '')}`;
  renameSync(path, aside);
  return aside;
}
