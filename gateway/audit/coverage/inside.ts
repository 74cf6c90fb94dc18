/** Says whether a room is the line that was named, or one that stands for it. Pure. */
import type { Settings } from '../../../config/settings.ts';
import { isTemplate, matchTemplate, otherRoom, roomKey } from '../../../config/template.ts';

/** The key of `rooms` whose law a named room has; a template is its own. */
export function templateOf(room: string, settings: Settings): string {
  return Object.hasOwn(settings.rooms, room) ? room : (roomKey(room, Object.keys(settings.rooms)) ?? room);
}

/** `named` may be a template: then each of its rooms counts. Strangers' shared room has the same law. */
export function isInside(room: string, named: string, settings: Settings): boolean {
  if (room === named) return true;
  const template = templateOf(named, settings);
  if (!isTemplate(template)) return false;
  if (room === otherRoom(template) || room === template) return true;
  return isTemplate(named) && matchTemplate(named, room) !== null;
}
