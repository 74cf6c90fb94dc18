/** Brings the rooms back: the newest good snapshot, then every journal from there on. What is damaged is kept aside and told, never thrown away. */
import { readFileSync, truncateSync } from 'node:fs';
import { isRecord, nothingRemembered, type Remembered, replay } from './embedded-commands.ts';
import { type FileKind, filePath, generationsOf, keepAside } from './embedded-files.ts';
import { decodeLines } from './embedded-lines.ts';
import { readSnapshot } from './embedded-snapshot.ts';

/**
 * `mend`: damaged files are kept aside and a torn end is cut off, so that the store goes on from here.
 * `look`: nothing is written, whoever runs on the folder.
 */
export type RecoveryMode = 'mend' | 'look';

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

/** Throws what the disk says; `look` may meet a file that a running store has just replaced (ENOENT). */
export function recover(folder: string, wallMs: number, mode: RecoveryMode = 'mend'): Recovered {
  const damage = (kind: FileKind, of: number): StoreLoss => {
    const path = filePath(folder, kind, of);
    return { kind: `corrupt-${kind}`, file: mode === 'mend' ? keepAside(path, wallMs) : path };
  };
  const journals = generationsOf(folder, 'journal');
  const snapshots = generationsOf(folder, 'snapshot');
  const generation = Math.max(0, ...journals, ...snapshots);
  const { remembered, snapshotGeneration, losses } = firstState(folder, snapshots, damage);
  let isClean = generation === 0;
  for (const each of journals.filter((journal) => journal >= snapshotGeneration)) {
    const played = playJournal(folder, each, remembered, mode);
    // The next one goes on where this one ended, so a cut end is normal in the last alone.
    const isCut = played.isCut && each !== generation;
    if (played.unread > 0 || isCut) losses.push(damage('journal', each));
    isClean = each === generation && played.isClean;
  }
  if (!isClean && losses.length === 0) losses.push({ kind: 'unclean-exit', file: null });
  return { remembered, generation, snapshotGeneration, losses };
}

/** The newest whole snapshot; where there is none, what can be read of the newest damaged one. */
function firstState(
  folder: string,
  snapshots: number[],
  damage: (kind: FileKind, of: number) => StoreLoss,
): FirstState {
  const losses: StoreLoss[] = [];
  let remains: FirstState | null = null;
  for (const generation of snapshots.toReversed()) {
    const { remembered, isWhole } = readSnapshot(filePath(folder, 'snapshot', generation));
    if (isWhole) return { remembered, snapshotGeneration: generation, losses };
    losses.push(damage('snapshot', generation));
    remains ??= { remembered, snapshotGeneration: generation, losses };
  }
  return remains ?? { remembered: nothingRemembered(), snapshotGeneration: 0, losses };
}

function playJournal(folder: string, generation: number, remembered: Remembered, mode: RecoveryMode) {
  const path = filePath(folder, 'journal', generation);
  const bytes = readFileSync(path);
  const { values, damaged, wholeBytes } = decodeLines(bytes);
  const isClean = values.at(-1) === CLEAN_EXIT;
  const steps = values.filter((value) => value !== CLEAN_EXIT);
  const unread = damaged + steps.filter((step) => !played(remembered, step)).length;
  const isCut = wholeBytes < bytes.length;
  // Cut here, so that the next start does not take the torn end for damage in the middle.
  if (isCut && unread === 0 && mode === 'mend') truncateSync(path, wholeBytes);
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
