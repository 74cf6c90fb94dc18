/** Says whether a room is the line that was named, or one that stands for it. Pure. */
import type { Settings } from '../../../config/settings.ts';
import { isTemplate, matchTemplate, otherRoom, roomKey } from '../../../config/template.ts';

/** The key of `rooms` whose law a named room has; a template is its own. */
export function templateOf(room: string, settings: Settings): string {
  const remembered = rememberedOf(settings);
  const known = remembered.get(room);
  if (known !== undefined) return known;
  const template = findTemplate(room, settings);
  if (remembered.size < MOST_REMEMBERED) remembered.set(room, template);
  return template;
}

const MOST_REMEMBERED = 4_096;
/** The same rooms are asked for again and again, for each address of each window. */
const templates = new WeakMap<Settings['rooms'], Map<string, string>>();

function rememberedOf({ rooms }: Settings): Map<string, string> {
  const before = templates.get(rooms);
  if (before !== undefined) return before;
  const none = new Map<string, string>();
  templates.set(rooms, none);
  return none;
}

function findTemplate(room: string, settings: Settings): string {
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
