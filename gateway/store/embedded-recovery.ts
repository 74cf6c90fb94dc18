/** Brings the rooms back: the newest good snapshot, then every journal from there on. What is damaged is kept aside and told, never thrown away. */
import { readFileSync, truncateSync } from 'node:fs';
import { isRecord, nothingRemembered, type Remembered, replay } from './embedded-commands.ts';
import { type FileKind, filePath, generationsOf, keepAside } from './embedded-files.ts';
import { decodeLines } from './embedded-lines.ts';
import { readSnapshot } from './embedded-snapshot.ts';

/** Why a start counts as one after a loss. `file`: where the damaged file is now. */
export interface StoreLoss {
  kind: 'unclean-exit' | 'corrupt-snapshot' | 'corrupt-journal';
  file: string | null;
}

export interface Recovered {
  remembered: Remembered;
  /** The highest generation that any file has, and that of the snapshot it was built on; 0: none. */
  generation: number;
  snapshotGeneration: number;
  losses: StoreLoss[];
}

type FirstState = Omit<Recovered, 'generation'>;

/** The last line of a journal whose store was closed in order. */
export const CLEAN_EXIT = 'clean-exit';

export function recover(folder: string, wallMs: number): Recovered {
  const journals = generationsOf(folder, 'journal');
  const snapshots = generationsOf(folder, 'snapshot');
  const generation = Math.max(0, ...journals, ...snapshots);
  const { remembered, snapshotGeneration, losses } = firstState(folder, snapshots, wallMs);
  let isClean = generation === 0;
  for (const each of journals.filter((journal) => journal >= snapshotGeneration)) {
    const played = playJournal(folder, each, remembered);
    // The next one goes on where this one ended, so a cut end is normal in the last alone.
    const isCut = played.isCut && each !== generation;
    if (played.unread > 0 || isCut) losses.push(damage(folder, 'journal', each, wallMs));
    isClean = each === generation && played.isClean;
  }
  if (!isClean && losses.length === 0) losses.push({ kind: 'unclean-exit', file: null });
  return { remembered, generation, snapshotGeneration, losses };
}

/** The newest whole snapshot; where there is none, what can be read of the newest damaged one. */
function firstState(folder: string, snapshots: number[], wallMs: number): FirstState {
  const losses: StoreLoss[] = [];
  let remains: FirstState | null = null;
  for (const generation of snapshots.toReversed()) {
    const { remembered, isWhole } = readSnapshot(filePath(folder, 'snapshot', generation));
    if (isWhole) return { remembered, snapshotGeneration: generation, losses };
    losses.push(damage(folder, 'snapshot', generation, wallMs));
    remains ??= { remembered, snapshotGeneration: generation, losses };
  }
  return remains ?? { remembered: nothingRemembered(), snapshotGeneration: 0, losses };
}

function damage(folder: string, kind: FileKind, generation: number, wallMs: number): StoreLoss {
  return { kind: `corrupt-${kind}`, file: keepAside(filePath(folder, kind, generation), wallMs) };
}

function playJournal(folder: string, generation: number, remembered: Remembered) {
  const path = filePath(folder, 'journal', generation);
  const bytes = readFileSync(path);
  const { values, damaged, wholeBytes } = decodeLines(bytes);
  const isClean = values.at(-1) === CLEAN_EXIT;
  const steps = values.filter((value) => value !== CLEAN_EXIT);
  const unread = damaged + steps.filter((step) => !played(remembered, step)).length;
  const isCut = wholeBytes < bytes.length;
  // Cut here, so that the next start does not take the torn end for damage in the middle.
  if (isCut && unread === 0) truncateSync(path, wholeBytes);
  return { isClean, isCut, unread };
}

/** A step that threw when it was first made throws again, with the same traces: that is no damage. */
function played(remembered: Remembered, step: unknown): boolean {
  if (!isRecord(step)) return false;
  try {
    return replay(remembered, step);
  } catch {
    return true;
  }
}
