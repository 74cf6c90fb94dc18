/** Folds the ids of a path, so that requests of one kind share one shape (`/events/4711/x` becomes `/events/{id}/x`), to the letter as the gate folds them. */

const MOST_SEGMENTS = 8;
/** Of a shape; what lies beyond is `/*`. */
const MOST_CHARS = 160;
const LONGEST_NAME = 48;
/** From here on a segment of letters and digits is a token, not a name. */
const LONG_TOKEN = 16;
const SHORTEST_HEX = 8;

const EXTENSION = /(?<=.)\.(?=[0-9]*[A-Za-z])[A-Za-z0-9]{1,5}$/s;
const PERSONAL = /@|%40/;
const DIGITS = /[0-9]/g;
const MARKS = /[-_.:,~+]/g;
const HEX = /[a-fA-F]/g;
/** `event-4711`, but neither `step2` nor `iso8601`. */
const NUMBERED = /[-_][0-9]{3,}$/;

/** Numbers, dates, hex, UUIDs, e-mail addresses and long mixed tokens are folded; names keep their extension. */
export function pathShape(path) {
  if (path === '/') return path;
  let shape = '';
  let start = path.startsWith('/') ? 1 : 0;
  for (let segments = 0; start < path.length; segments += 1) {
    const slash = path.indexOf('/', start);
    const end = slash === -1 ? path.length : slash;
    if (segments === MOST_SEGMENTS || shape.length >= MOST_CHARS - LONGEST_NAME) return `${shape}/*`;
    shape += `/${folded(path.slice(start, end))}`;
    start = end + 1;
    if (start === path.length) shape += '/';
  }
  return shape;
}

function folded(segment) {
  // The end is all that an extension can be in.
  const extension = EXTENSION.exec(segment.slice(-8))?.[0] ?? '';
  const name = segment.slice(0, segment.length - extension.length);
  return isId(name) ? `{id}${extension}` : segment;
}

/** Whether this is an id, or may be something of a person's. */
function isId(name) {
  if (name.length > LONGEST_NAME || PERSONAL.test(name)) return true;
  const digits = countOf(name, DIGITS);
  if (digits === 0) return false;
  const hexLetters = countOf(name, HEX);
  const letters = name.length - digits - hexLetters - countOf(name, MARKS);
  if (hexLetters + letters === 0) return true;
  if (letters === 0 && digits + hexLetters >= SHORTEST_HEX) return true;
  if (digits >= 5 || (name.length >= LONG_TOKEN && digits >= 3)) return true;
  return NUMBERED.test(name);
}

function countOf(text, kind) {
  return text.match(kind)?.length ?? 0;
}
