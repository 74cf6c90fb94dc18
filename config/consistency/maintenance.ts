/** Maintenance windows: each ends after it begins, and no two of a room share a moment. */

import { parseTime } from '../formats.ts';
import { formatPath, type Path } from '../located.ts';
import type { Config } from '../schema.ts';
import { type Law, sound } from './law.ts';

type Written = Partial<Config['rooms'][string]['maintenance'][number]>;

interface Window {
  path: Path;
  fromMs: number;
  untilMs: number;
}

export const maintenanceWindows: Law = function* (draft) {
  for (const [key, { maintenance }] of Object.entries(draft.rooms)) {
    const windows = windowsOf(['rooms', key, 'maintenance'], maintenance);
    for (const { path, fromMs, untilMs } of windows) {
      if (untilMs <= fromMs)
        yield {
          path: [...path, 'until'],
          rule: 'maintenance-order',
          text: `must be later than ${formatPath([...path, 'from'])}, ${isoOf(fromMs)}`,
        };
    }
    yield* overlaps(windows.filter(({ fromMs, untilMs }) => untilMs > fromMs));
  }
};

/** Told at the later of two, whichever was written first; one that ends as another begins is beside it. */
function* overlaps(windows: readonly Window[]): ReturnType<Law> {
  const inOrder = windows.toSorted((a, b) => a.fromMs - b.fromMs);
  let last: Window | null = null;
  for (const window of inOrder) {
    if (last !== null && window.fromMs < last.untilMs)
      yield {
        path: [...window.path, 'from'],
        rule: 'maintenance-overlap',
        text: `must not be before the end of ${formatPath(last.path)}, ${isoOf(last.untilMs)}`,
      };
    if (last === null || window.untilMs > last.untilMs) last = window;
  }
}

/** A window whose times cannot be read is told of already. */
function windowsOf(path: Path, written: readonly (Written | null)[]): Window[] {
  return sound(written).flatMap(([index, { from, until }]) => {
    const [fromMs, untilMs] = [timeOf(from), timeOf(until)];
    return fromMs === null || untilMs === null ? [] : [{ path: [...path, index], fromMs, untilMs }];
  });
}

function timeOf(text: string | undefined): number | null {
  return text === undefined ? null : parseTime(text);
}

function isoOf(atMs: number): string {
  return new Date(atMs).toISOString();
}
