/** Which maintenance of a room is on at a time, and which are still to come. */
import type { Maintenance } from './settings.ts';

/** The first moment belongs to a window, the last one does not. */
export function maintenanceAt(windows: readonly Maintenance[], atMs: number): Maintenance | null {
  return windows.find(({ fromMs, untilMs }) => atMs >= fromMs && atMs < untilMs) ?? null;
}

/** Those that are not over, in their order. */
export function maintenanceLeft(windows: readonly Maintenance[], atMs: number): Maintenance[] {
  return windows.filter(({ untilMs }) => untilMs > atMs);
}
