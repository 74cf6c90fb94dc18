/** Finds the rooms of a configuration that a rehearsal can have no room for. Pure. */
import { ROOM_NAME } from '../../config/schema.ts';
import type { Settings } from '../../config/settings.ts';
import { isTemplate } from '../../config/template.ts';

/** Null: none. Of a template's rooms each name is judged when it is asked for, as any that is too long. */
export function roomTooLong({ rooms, launches }: Settings, prefix: string): string | null {
  const names = [...Object.keys(rooms), ...launches.map(({ room }) => room)];
  return names.find((name) => !isTemplate(name) && !ROOM_NAME.test(prefix + name)) ?? null;
}
