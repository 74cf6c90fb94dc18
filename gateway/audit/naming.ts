/**
 * Says by what a request names a protected event although it was judged to another room, and whether it went by its line.
 *
 *   launch         it asks for one of a launch's public addresses;
 *   key            its query holds a key that a rule captures (or asks for literally), spelt however a platform may read it;
 *   empty-capture  a rule with captures fits, but the captured value is empty or malformed, so the default room got it;
 *   value          a path segment, host label or query value is the id of a room that is live, or of a launch's room.
 *
 * Bodies are never read. Only what is forwarded counts, and of assets none that is a file: a page let past as an asset is a hole.
 */
import type { Settings } from '../../config/settings.ts';
import { isTemplate, otherRoom } from '../../config/template.ts';
import type { AddressCount } from '../control/words.ts';
import { compileKeys, likelyKeys } from './event-keys.ts';
import { compileLaunches } from './launch-addresses.ts';
import type { NamedRoom } from './named-room.ts';
import { mayHold, type Pair, readPairs } from './read-pairs.ts';
import type { RoomValues } from './room-values.ts';
import { isStaticFile } from './static-files.ts';
import type { SeenRequest } from './words.ts';

export type Names = NonNullable<AddressCount['names']>;
/** `nowMs`: monotonic. */
export type Naming = (seen: SeenRequest, nowMs: number) => Names | null;

const NO_PAIRS: readonly Pair[] = [];
const [SLASH, DOT] = [0x2f, 0x2e];
/** Of a path or host; nobody's addresses are longer. */
const MOST_CHARS = 512;

/** `values` outlives configurations. */
export function createNaming(settings: Settings, values: RoomValues): Naming {
  const launchOf = compileLaunches(settings);
  const namedByKey = compileKeys(settings);
  const keys = likelyKeys(settings);
  const templates = templatesByRule(settings);
  const fallback = settings.default.room;
  values.follow(settings);

  /** None where neither key nor value can be one that names a room: then nothing has to be made of the query. */
  function pairsOf(query: string): readonly Pair[] {
    return query === '' || !mayHold(query, keys, values.likely) ? NO_PAIRS : readPairs(query);
  }

  /** A rule that captures its room has judged it: the event is the right one, unless it is another rule's. */
  function ofCaptured(seen: SeenRequest, template: string): Names | null {
    const pairs = pairsOf(seen.query);
    const byLaunch = launchOf(seen, pairs);
    if (byLaunch !== null) return unlessInside(seen, byLaunch, 'launch');
    if (seen.room === fallback) return { room: template, by: 'empty-capture' };
    const byKey = namedByKey(seen, pairs);
    const isOther = byKey?.kind === 'named' && byKey.other !== otherRoom(template);
    return isOther ? unlessInside(seen, byKey, 'key') : null;
  }

  function ofOthers(seen: SeenRequest, nowMs: number): Names | null {
    const pairs = pairsOf(seen.query);
    const byLaunch = launchOf(seen, pairs);
    if (byLaunch !== null) return unlessInside(seen, byLaunch, 'launch');
    const byKey = namedByKey(seen, pairs);
    if (byKey?.kind === 'named') return unlessInside(seen, byKey, 'key');
    if (byKey !== null) return { room: byKey.template, by: 'empty-capture' };
    const byValue = values.isEmpty ? null : valueIn(seen, pairs, values, nowMs);
    return byValue === null ? null : { room: byValue.room, by: 'value' };
  }

  return (seen, nowMs) => {
    const template = seen.rule === null ? undefined : templates.get(seen.rule);
    const { room } = seen;
    if (template !== undefined && room !== null && room !== fallback) values.learn(room, template, nowMs);
    if (!seen.forwarded || (seen.class === 'asset' && isStaticFile(seen.path))) return null;
    return template === undefined ? ofOthers(seen, nowMs) : ofCaptured(seen, template);
  };
}

/**
 * Whether forwarded requests of this kind went to the platform although they belong into a line: let by by a rule that is not
 * for assets or staff (or by an override), or naming a protected event under no rule of its own. What an explicit rule keeps
 * in another room waits there, and a mere value may be a coincidence: both are judged with the load in view (see coverage).
 */
export function isUnqueued(
  address: Pick<AddressCount, 'outcome' | 'class' | 'rule'> & { names: Pick<Names, 'by'> | null },
): boolean {
  if (address.class === 'asset') return false;
  if (address.outcome === 'bypassed' && address.class !== 'staff') return true;
  switch (address.names?.by) {
    case 'launch':
    case 'empty-capture':
      return true;
    case 'key':
      return address.rule === null;
    default:
      return false;
  }
}

function unlessInside({ room }: SeenRequest, named: NamedRoom, by: Names['by']): Names | null {
  return isInside(room, named) ? null : { room: named.room, by };
}

function templatesByRule({ rules }: Settings): ReadonlyMap<string, string> {
  const templates = new Map<string, string>();
  for (const { name, room } of rules) if (room !== undefined && isTemplate(room)) templates.set(name, room);
  return templates;
}

/** Strangers' rooms are inside, too: they are a line. */
export function isInside(room: string | null, named: NamedRoom): boolean {
  return room !== null && (room === named.room || room === named.other);
}

function valueIn(
  seen: SeenRequest,
  pairs: readonly Pair[],
  values: RoomValues,
  nowMs: number,
): NamedRoom | null {
  const found = partIn(seen.path, SLASH, seen, values, nowMs) ?? partIn(seen.host, DOT, seen, values, nowMs);
  if (found !== null) return found;
  for (const { value } of pairs) {
    const named = values.find(value, 0, value.length, nowMs);
    if (named !== null && !isInside(seen.room, named)) return named;
  }
  return null;
}

/** Of a path's segments or a host's labels. */
function partIn(
  text: string,
  separator: number,
  { room }: SeenRequest,
  values: RoomValues,
  nowMs: number,
): NamedRoom | null {
  let start = 0;
  const length = Math.min(text.length, MOST_CHARS);
  for (let end = 0; end <= length; end++) {
    if (end < length && text.charCodeAt(end) !== separator) continue;
    const named = values.find(text, start, end, nowMs);
    if (named !== null && !isInside(room, named)) return named;
    start = end + 1;
  }
  return null;
}
