/** What may be told of a request as an example: its path without what may be a person's, and its keys without values but the captured ones. */
import { CAPTURE_VALUE } from '../../config/schema.ts';
import type { Example } from './examples.ts';
import { readPairs } from './read-pairs.ts';

const MOST_KEYS = 8;
const LONGEST_KEY = 32;
const LONGEST_PATH = 160;
/** From here on a segment may be a token or an address, and not an event's id. */
const LONGEST_SEGMENT = 32;
const HIDDEN = '…';

/** `captured`: keys, in small letters, whose values name rooms. */
export function exampleText({ target, pathEnd }: Example, captured: ReadonlySet<string>): string {
  const path = target.slice(0, pathEnd).split('/').map(plainSegment).join('/').slice(0, LONGEST_PATH);
  const pairs = pathEnd < target.length ? readPairs(target.slice(pathEnd + 1)) : [];
  if (pairs.length === 0) return path;
  const shown = pairs.slice(0, MOST_KEYS).map(({ key, value }) => {
    const isShown = captured.has(key) && CAPTURE_VALUE.test(value);
    return `${plainKey(key)}=${isShown ? value : HIDDEN}`;
  });
  return `${path}?${shown.join('&')}`;
}

function plainSegment(segment: string): string {
  const isPersonal = segment.includes('@') || segment.includes('%40');
  return isPersonal || segment.length > LONGEST_SEGMENT ? '{id}' : segment;
}

/** Somebody may have written a value without its key. */
function plainKey(key: string): string {
  return key.length <= LONGEST_KEY && CAPTURE_VALUE.test(key) ? key : HIDDEN;
}
