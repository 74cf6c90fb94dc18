/** Folds the ids of a path, so that requests of one kind share one shape: `/events/4711/x` becomes `/events/{id}/x`. */

const MOST_SEGMENTS = 8;
/** Of a shape; what lies beyond is `/*`. */
const MOST_CHARS = 160;
const LONGEST_NAME = 48;
/** From here on a segment of letters and digits is a token, not a name. */
const LONG_TOKEN = 16;
const SHORTEST_HEX = 8;
const LONGEST_EXTENSION = 5;
export const SHAPE_BYTES = MOST_CHARS + 8;

const [OTHER, DIGIT, HEX_LETTER, LETTER, MARK, AT] = [0, 1, 2, 3, 4, 5];
const KINDS = new Uint8Array(256).fill(OTHER);
for (const char of '0123456789') KINDS[char.charCodeAt(0)] = DIGIT;
for (const char of 'ghijklmnopqrstuvwxyzGHIJKLMNOPQRSTUVWXYZ') KINDS[char.charCodeAt(0)] = LETTER;
for (const char of 'abcdefABCDEF') KINDS[char.charCodeAt(0)] = HEX_LETTER;
for (const char of '-_.:,~+') KINDS[char.charCodeAt(0)] = MARK;
KINDS['@'.charCodeAt(0)] = AT;

/** Without one of these no part of a path is an id. */
const OF_IDS = new Uint8Array(256);
for (const char of '0123456789@%') OF_IDS[char.charCodeAt(0)] = 1;

const [SLASH, DOT, DASH, UNDERSCORE, PERCENT] = [0x2f, 0x2e, 0x2d, 0x5f, 0x25];
const ID = Buffer.from('{id}');
const REST = Buffer.from('/*');
const scratch = Buffer.alloc(SHAPE_BYTES);

/** `path` canonical. Numbers, dates, hex, UUIDs, e-mail addresses and long mixed tokens are folded; names keep their extension. */
export function pathShape(path: string): string {
  return scratch.toString('latin1', 0, writeShape(path, scratch, 0));
}

/** Writes the shape at `at`, at most SHAPE_BYTES long, and says where it ends. */
export function writeShape(path: string, into: Uint8Array, at: number): number {
  const limit = at + MOST_CHARS - LONGEST_NAME;
  let out = at;
  let start = path.charCodeAt(0) === SLASH ? 1 : 0;
  if (path === '/') into[out++] = SLASH;
  for (let segments = 0; start < path.length; segments++) {
    if (segments === MOST_SEGMENTS || out >= limit) return writeBytes(REST, into, out);
    into[out++] = SLASH;
    let end = start;
    let mayBeId = false;
    for (let to = out; end < path.length; end++) {
      const code = path.charCodeAt(end);
      if (code === SLASH) break;
      if (end - start === LONGEST_NAME) {
        end = segmentEnd(path, end);
        mayBeId = true;
        break;
      }
      if (OF_IDS[code & 0xff] === 1) mayBeId = true;
      into[to++] = code;
    }
    out = mayBeId ? writeSegment(path, start, end, into, out) : out + end - start;
    start = end + 1;
    if (start === path.length) into[out++] = SLASH;
  }
  return out;
}

function segmentEnd(path: string, from: number): number {
  const found = path.indexOf('/', from);
  return found < 0 ? path.length : found;
}

function writeSegment(path: string, start: number, end: number, into: Uint8Array, at: number): number {
  const nameEnd = extensionStart(path, start, end);
  if (!isId(path, start, nameEnd)) {
    // A name with its extension may be longer than what was written already.
    for (let i = LONGEST_NAME; i < end - start; i++) into[at + i] = path.charCodeAt(start + i);
    return at + end - start;
  }
  let out = writeBytes(ID, into, at);
  for (let i = nameEnd; i < end; i++) into[out++] = path.charCodeAt(i);
  return out;
}

function writeBytes(bytes: Uint8Array, into: Uint8Array, at: number): number {
  into.set(bytes, at);
  return at + bytes.length;
}

/** Where `.json` begins; the segment's end where it has no extension. */
function extensionStart(path: string, start: number, end: number): number {
  const first = Math.max(start + 1, end - LONGEST_EXTENSION - 1);
  let hasLetter = false;
  for (let i = end - 1; i >= first; i--) {
    const code = path.charCodeAt(i);
    if (code === DOT) return hasLetter ? i : end;
    const kind = KINDS[code];
    if (kind === LETTER || kind === HEX_LETTER) hasLetter = true;
    else if (kind !== DIGIT) return end;
  }
  return end;
}

/** Whether this part of a path is an id, or may be something of a person's (an e-mail address). */
export function isId(path: string, start: number, end: number): boolean {
  const length = end - start;
  if (length > LONGEST_NAME) return true;
  let [digits, hexLetters, letters, digitsAtEnd] = [0, 0, 0, 0];
  let markBeforeEnd = 0;
  for (let i = start; i < end; i++) {
    const code = path.charCodeAt(i);
    const kind = KINDS[code];
    if (kind === DIGIT) {
      digits++;
      digitsAtEnd++;
      continue;
    }
    if (kind === AT || (code === PERCENT && path.startsWith('40', i + 1))) return true;
    if (kind === HEX_LETTER) hexLetters++;
    else if (kind !== MARK) letters++;
    digitsAtEnd = 0;
    markBeforeEnd = code === DASH || code === UNDERSCORE ? 1 : 0;
  }
  if (digits === 0) return false;
  if (hexLetters + letters === 0) return true;
  if (letters === 0 && digits + hexLetters >= SHORTEST_HEX) return true;
  if (digits >= 5 || (length >= LONG_TOKEN && digits >= 3)) return true;
  // `event-4711`, but neither `step2` nor `iso8601`.
  return digitsAtEnd >= 3 && markBeforeEnd === 1;
}
