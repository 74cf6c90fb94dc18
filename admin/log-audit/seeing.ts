/** What is read off a judged request: its shape, the event that it names, and an example of it that may be told. */
import type { Settings } from '../../config/settings.ts';
import { capturedKeys } from '../../gateway/audit/event-keys.ts';
import { createNaming, type Naming } from '../../gateway/audit/naming.ts';
import { pathShape } from '../../gateway/audit/path-shape.ts';
import { type Pair, readPairs } from '../../gateway/audit/read-pairs.ts';
import { createRoomValues } from '../../gateway/audit/room-values.ts';
import type { SeenRequest } from '../../gateway/audit/words.ts';

export interface Seeing {
  naming: Naming;
  pathShape(path: string): string;
  /** Path and query; of the query only what names a room. */
  example(seen: SeenRequest): string;
}

/** Of a path's segment: longer ones may be anybody's secrets. */
const LONGEST_SEGMENT = 48;
const LONGEST_EXAMPLE = 256;

export function createSeeing(settings: Settings): Seeing {
  const keys = capturedKeys(settings);
  return {
    naming: createNaming(settings, createRoomValues()),
    pathShape,
    example: ({ path, query }) => {
      const told = query === '' ? '' : toldOf(readPairs(query).filter(({ key }) => keys.has(key)));
      return `${withoutPersons(path)}${told && `?${told}`}`.slice(0, LONGEST_EXAMPLE);
    },
  };
}

function toldOf(named: readonly Pair[]): string {
  return new URLSearchParams(named.map(({ key, value }) => [key, value])).toString();
}

function withoutPersons(path: string): string {
  const isPlain = path.length <= LONGEST_SEGMENT && !path.includes('@') && !path.includes('%40');
  return isPlain ? path : path.split('/').map(withoutPerson).join('/');
}

function withoutPerson(segment: string): string {
  const mayBePersons = segment.length > LONGEST_SEGMENT || segment.includes('@') || segment.includes('%40');
  return mayBePersons ? '{id}' : segment;
}
