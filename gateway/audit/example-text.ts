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
const [SLASH, AT, PERCENT] = [0x2f, 0x40, 0x25];

/** `captured`: keys, in small letters, whose values name rooms. */
export function exampleText({ target, pathEnd }: Example, captured: ReadonlySet<string>): string {
  const path = plainPath(target, pathEnd);
  const pairs = pathEnd < target.length ? readPairs(target.slice(pathEnd + 1)) : [];
  let text = path;
  for (let at = 0; at < pairs.length && at < MOST_KEYS; at++) {
    const { key, value } = pairs[at]!;
    const isShown = captured.has(key) && CAPTURE_VALUE.test(value);
    text += `${at === 0 ? '?' : '&'}${plainKey(key)}=${isShown ? value : HIDDEN}`;
  }
  return text;
}

function plainPath(target: string, pathEnd: number): string {
  const path = target.slice(0, pathEnd);
  const plain = isPlain(path) ? path : path.split('/').map(plainSegment).join('/');
  return plain.slice(0, LONGEST_PATH);
}

/** Most paths are: one look at each character, and nothing has to be made. */
function isPlain(path: string): boolean {
  let start = 0;
  for (let at = 0; at < path.length; at++) {
    const code = path.charCodeAt(at);
    if (code === AT || code === PERCENT) return false;
    if (code === SLASH) start = at + 1;
    else if (at - start >= LONGEST_SEGMENT) return false;
  }
  return true;
}

function plainSegment(segment: string): string {
  const isPersonal = segment.includes('@') || segment.includes('%40');
  return isPersonal || segment.length > LONGEST_SEGMENT ? '{id}' : segment;
}

/** Somebody may have written a value without its key. */
function plainKey(key: string): string {
  return key.length <= LONGEST_KEY && CAPTURE_VALUE.test(key) ? key : HIDDEN;
}
