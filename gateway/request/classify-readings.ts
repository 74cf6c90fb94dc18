/**
 * The two ways to read a canonical path that matter to rules: exactly, and as the most lenient platform reads it.
 *
 * A plain path (letters, digits, `/._~-`, no segment that ends in a dot) has one reading, itself. Any other path is
 * judged by both, against patterns read in the same two ways, and is refused where they end in different places:
 * so `;jsessionid=1` passes where it changes nothing, and never walks around a rule. The lenient reading
 *   - drops what follows `;` in a segment (Tomcat, Envoy) and `#`, and NTFS streams (`::$DATA`, `:$I30:…`);
 *   - takes `+` for a space, drops spaces around a segment and dots at its end (Windows, trimming frameworks);
 *   - folds look-alikes to ASCII: full width, ligatures, accents, invisible characters (best-fit code pages, collations);
 *   - then resolves slashes, backslashes and dots that this brought forth.
 * Both are written in the alphabet of patterns: printable ASCII as it is, all else percent-encoded.
 */

/** Characters of which a plain path consists. */
const PLAIN = new Uint8Array(128);
for (const char of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._~-')
  PLAIN[char.charCodeAt(0)] = 1;

const SLASH = 0x2f;
const DOT = 0x2e;

export function isPlainPath(path: string): boolean {
  let before = 0;
  for (let i = 0; i < path.length; i++) {
    const code = path.charCodeAt(i);
    if (code > 127 || PLAIN[code] === 0) return false;
    if (code === SLASH && before === DOT) return false;
    before = code;
  }
  return before !== DOT;
}

export interface Reading {
  text: string;
  /** For rules that ignore case, beyond ASCII too. */
  lower: string;
}

export function plainReading(path: string): Reading {
  return { text: path, lower: path.toLowerCase() };
}

export function exactReading(path: string): Reading {
  return encodedReading(decodeText(path));
}

export function lenientReading(path: string): Reading {
  const folded = foldFully(decodeText(path)).replaceAll('+', ' ');
  const kept: string[] = [];
  for (const segment of folded.split(PATH_END, 1)[0]!.split(/[/\\]/)) {
    const bare = segment
      .split(';', 1)[0]!
      .replace(/:[:$].*$/s, '')
      .trim();
    const name = trimDots(bare);
    if (bare === '..') kept.pop();
    else if (name !== '') kept.push(name);
  }
  return encodedReading(`/${kept.join('/')}`);
}

/** A pattern read as paths are; its `*` and `{name}` stay what they are. */
export function patternReading(
  pattern: string,
  read: (path: string) => Reading,
  caseSensitive: boolean,
): string {
  const tokens: string[] = [];
  const text = pattern.replace(/\{[^{}]*\}|\*+/g, (token) => placeholder(tokens.push(token) - 1));
  const reading = read(text);
  return tokens.reduce(
    (result, token, index) =>
      result.replace(new RegExp(encodeURIComponent(placeholder(index)), 'i'), () => token),
    caseSensitive ? reading.text : reading.lower,
  );
}

/** From the private use area, which no folding touches. */
function placeholder(index: number): string {
  return String.fromCharCode(0xe000 + index);
}

function encodedReading(text: string): Reading {
  return { text: encodeText(text), lower: encodeText(text.toLowerCase()).toLowerCase() };
}

/** Where C strings, queries and fragments cut a path; brought forth by folding, but for `#`. */
const PATH_END = /[?#\0]/;

/** Look-alikes of separators that compatibility folding leaves alone. */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  '\u0131': 'i',
  '\u2044': '/',
  '\u2215': '/',
  '\u29f8': '/',
  '\u2216': '\\',
  '\u29f5': '\\',
  '\u3002': '.',
};

/** To the plainest letters; leaves the case alone. */
export function foldText(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\p{Mn}\p{Default_Ignorable_Code_Point}]/gu, '')
    .replace(/[\u0131\u2044\u2215\u29f8\u2216\u29f5\u3002]/g, (char) => LOOK_ALIKES[char]!);
}

/** A path that was not normalised (an address in a configuration) may not decode: then it is read as it stands. */
function decodeText(path: string): string {
  try {
    return decodeURIComponent(path).normalize('NFC');
  } catch {
    return path;
  }
}

/** A full-width `％` becomes a `%` that may be decoded again; three rounds are more than any platform takes. */
function foldFully(text: string): string {
  let folded = foldText(text);
  for (let round = 0; round < 3 && folded.includes('%'); round++) folded = foldText(decodeAgain(folded));
  return folded;
}

function decodeAgain(text: string): string {
  return text.replace(/%u([0-9a-f]{4})|%([0-9a-f]{2})/gi, (_, wide?: string, byte?: string) =>
    String.fromCharCode(Number.parseInt(wide ?? byte ?? '', 16)),
  );
}

/** `%`, and what has a meaning in patterns or ends a path, stays encoded. */
function encodeText(text: string): string {
  return text.replace(/[\s%*{}?#\\]+|[^\x21-\x7e]+/g, (part) =>
    encodeURIComponent(part.toWellFormed()).replaceAll('*', '%2A'),
  );
}

function trimDots(text: string): string {
  let end = text.length;
  while (end > 0 && ' .'.includes(text[end - 1]!)) end--;
  return text.slice(0, end);
}
