/** Fills a rule's room with values found outside of that rule, as the gate itself would name the room. */
import { type Captures, compileHost } from '../../config/match.ts';
import { captureNames } from '../../config/pattern.ts';
import { strangersRoom } from '../../config/route.ts';
import type { Settings } from '../../config/settings.ts';
import { fillTemplate, otherRoom } from '../../config/template.ts';

export interface NamedRoom {
  room: string;
  /** The room that strangers of its template share; null: it has no template. */
  other: string | null;
}

const REMEMBERED = 2_048;
/** Of a capture's value. */
const LONGEST_VALUE = 64;

/**
 * A room by the value of its capture `name`; what else the template captures comes from the host, by the rule's host patterns.
 * Null where that makes no room's name.
 */
export function compileNamedRoom(
  template: string,
  name: string,
  hosts: readonly string[],
  settings: Settings,
  caseSensitive: boolean,
): (value: string, host: string) => NamedRoom | null {
  const other = otherRoom(template);
  const spell = compileSpelling(settings, caseSensitive);
  const hostMatchers = hosts.map(compileHost);
  const isSole = captureNames(template).length === 1;
  const nameOf = (captures: Captures): NamedRoom | null => {
    const filled = fillTemplate(template, captures);
    if (filled === null) return null;
    const room = spell(filled);
    return { room: strangersRoom(settings, room) ?? room, other };
  };
  const ofValue = remember((value) => nameOf({ [name]: value }));
  if (isSole) return ofValue;
  return (value, host) => {
    const inHost = hostMatchers.map((matches) => matches(host)).find((captures) => captures !== null);
    return nameOf({ ...inHost, [name]: value });
  };
}

/** The same events come again and again; invented ones must not grow the memory. */
function remember(nameOf: (value: string) => NamedRoom | null): (value: string) => NamedRoom | null {
  const remembered = new Map<string, NamedRoom | null>();
  return (value) => {
    if (value.length > LONGEST_VALUE) return null;
    const known = remembered.get(value);
    if (known !== undefined) return known;
    if (remembered.size >= REMEMBERED) remembered.clear();
    const named = nameOf(value);
    // A copy: a part of a text keeps the whole text in memory.
    remembered.set(Buffer.from(value).toString(), named);
    return named;
  };
}

/** Where case does not matter, a room has one name: as launches and rooms spell it, else in small letters. */
function compileSpelling(settings: Settings, caseSensitive: boolean): (name: string) => string {
  if (caseSensitive) return (name) => name;
  const written = [...settings.launches.map(({ room }) => room), ...Object.keys(settings.rooms)];
  const spelling = new Map(written.map((name) => [name.toLowerCase(), name]));
  return (name) => spelling.get(name.toLowerCase()) ?? name.toLowerCase();
}
