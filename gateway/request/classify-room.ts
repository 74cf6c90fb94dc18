/** Gives each captured room its one name and the law that it has, so that no spelling of an id makes a line of its own. */
import type { Captures } from '../../config/match.ts';
import { CAPTURE_VALUE, ROOM_NAME } from '../../config/schema.ts';
import type { Settings } from '../../config/settings.ts';
import { isTemplate, matchTemplate, otherRoom, roomKey } from '../../config/template.ts';

export interface NamedRoom {
  room: string;
  /** Key of `settings.rooms` whose law it has. */
  template: string;
}

type RoomSource = Pick<Settings, 'rooms' | 'rules' | 'launches' | 'default'>;

/** The room that all strangers of a template share: `event-~other`. */
export function otherRoomOf(template: string): NamedRoom {
  return { room: otherRoom(template), template };
}

/**
 * Compiles a rule's room to a function of its captures; null where a capture may not be part of a name.
 *
 * Where the rule ignores case, captured values are taken in lower case: a platform whose database compares ids without
 * case would else serve one event through 2^n lines. Names that the configuration spells (rooms, launches, `known`) keep
 * their spelling.
 */
export function compileRoomName(
  text: string,
  source: RoomSource,
  caseSensitive: boolean,
): (captures: Captures) => NamedRoom | null {
  const parts = text.split(/\{([^{}]*)\}/);
  const spell = compileSpelling(source, caseSensitive);
  const known = compileKnown(source.rooms[text]?.known ?? 'any', caseSensitive);
  return (captures) => {
    let name = parts[0]!;
    let isKnown = true;
    for (let i = 1; i < parts.length; i += 2) {
      const value = captures[parts[i]!];
      if (value === undefined || !CAPTURE_VALUE.test(value)) return null;
      const spelt = known(value);
      isKnown &&= spelt !== null;
      name += (spelt ?? (caseSensitive ? value : value.toLowerCase())) + parts[i + 1]!;
    }
    return ROOM_NAME.test(name) ? named(spell(name), text, isKnown, source) : null;
  };
}

function named(name: string, template: string, isKnown: boolean, source: RoomSource): NamedRoom {
  if (Object.hasOwn(source.rooms, name)) return { room: name, template: name };
  if (!isKnown) return otherRoomOf(template);
  if (Object.hasOwn(source.rooms, template)) return { room: name, template };
  return { room: name, template: roomKey(name, Object.keys(source.rooms)) ?? source.default.room };
}

/**
 * Finds the room that an outsider names (`/.headgate/rooms/<name>/…`): its one name and law, as classification would
 * give them; null where no room can have that name.
 */
export function compileRoomLookup(source: RoomSource): (name: string) => NamedRoom | null {
  const spell = compileSpelling(source, false);
  const templates = Object.keys(source.rooms).filter(isTemplate);
  const lookups = templates.map((template) => ({
    template,
    name: compileRoomName(template, source, hasCase(template, source)),
  }));
  return (name) => {
    for (const text of [name, spell(name)])
      if (!isTemplate(text) && Object.hasOwn(source.rooms, text)) return { room: text, template: text };
    for (const { template, name: nameOf } of lookups) {
      if (name === otherRoom(template)) return otherRoomOf(template);
      const captures = matchTemplate(template, name);
      const found = captures === null ? null : nameOf(captures);
      if (found !== null) return found;
    }
    return null;
  };
}

/** Whether a rule that leads to the template compares by case. */
function hasCase(template: string, source: RoomSource): boolean {
  return source.rules.some((rule) => rule.room === template && rule.match.caseSensitive);
}

/** The configuration's own spelling of a room's name. */
function compileSpelling(source: RoomSource, caseSensitive: boolean): (name: string) => string {
  if (caseSensitive) return (name) => name;
  const written = [...source.launches.map((launch) => launch.room), ...Object.keys(source.rooms)];
  const spelling = new Map(written.map((name) => [name.toLowerCase(), name]));
  return (name) => (Object.hasOwn(source.rooms, name) ? name : (spelling.get(name.toLowerCase()) ?? name));
}

/** The list's own spelling of a captured value; null for a stranger. */
function compileKnown(
  known: 'any' | ReadonlySet<string>,
  caseSensitive: boolean,
): (value: string) => string | null {
  if (known === 'any') return (value) => (caseSensitive ? value : value.toLowerCase());
  if (caseSensitive) return (value) => (known.has(value) ? value : null);
  const spelling = new Map([...known].map((value) => [value.toLowerCase(), value]));
  return (value) => spelling.get(value.toLowerCase()) ?? null;
}
