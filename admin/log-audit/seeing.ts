/** What is read off a judged request: its shape, the event that it names, and an example of it that may be told. */
import type { Settings } from '../../config/settings.ts';
import { capturedKeys } from '../../gateway/audit/event-keys.ts';
import { createNaming, type Naming } from '../../gateway/audit/naming.ts';
import { pathShape } from '../../gateway/audit/path-shape.ts';
import { readPairs } from '../../gateway/audit/read-pairs.ts';
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
      const named = query === '' ? [] : readPairs(query).filter(({ key }) => keys.has(key));
      const told = new URLSearchParams(named.map(({ key, value }) => [key, value])).toString();
      return `${path.split('/').map(withoutPerson).join('/')}${told && `?${told}`}`.slice(0, LONGEST_EXAMPLE);
    },
  };
}

function withoutPerson(segment: string): string {
  const mayBePersons = segment.length > LONGEST_SEGMENT || segment.includes('@') || segment.includes('%40');
  return mayBePersons ? '{id}' : segment;
}
