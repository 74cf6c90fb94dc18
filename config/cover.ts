/**
 * Decides whether one pattern covers all that another matches, exactly: language inclusion by the subset construction,
 * over the letters that both are written with, the separator, and one letter that stands for all others.
 */
import { type Parsed, type Piece, parseHostPattern, parsePathPattern } from './pattern.ts';

/** A pattern as a row of steps; a loop may be taken any number of times, none included. */
interface Step {
  takes: 'any' | 'inner' | string;
  loop: boolean;
}

interface Language {
  steps: readonly Step[];
  /** Letters up to the first step that takes several, in lower case. */
  lead: string;
  caseSensitive: boolean;
  separator: string;
}

export interface PathPattern {
  path: string;
  caseSensitive: boolean;
}

const OTHER_LETTER = '\u0001';
/** Above this many states patterns are taken as not covered. */
const MAX_STATES = 20_000;

export function coversPath(wide: PathPattern, narrow: PathPattern): boolean {
  const wides = pathLanguages(wide);
  return pathLanguages(narrow).every((one) => includes(wides, one));
}

/** Whether some of the wide patterns cover the narrow one; no pattern at all covers every host. */
export function coversHost(wide: readonly string[], narrow: string): boolean {
  if (wide.length === 0) return true;
  const languages = wide.map((host) => language(parseHostPattern(host), '.', false));
  return includes(languages, language(parseHostPattern(narrow), '.', false));
}

/** Every rule is compared with every other, so its pattern is read once. */
const read = new WeakMap<PathPattern, Language[]>();

function pathLanguages(pattern: PathPattern): Language[] {
  const languages = read.get(pattern) ?? readPath(pattern);
  read.set(pattern, languages);
  return languages;
}

function readPath({ path, caseSensitive }: PathPattern): Language[] {
  const whole = language(parsePathPattern(path), '/', caseSensitive);
  if (!path.endsWith('/*') || path === '/*') return [whole];
  return [whole, language(parsePathPattern(path.slice(0, -2)), '/', caseSensitive)];
}

function language(parsed: Parsed<Piece[]>, separator: string, caseSensitive: boolean): Language {
  const steps = parsed.ok ? parsed.value.flatMap((piece) => toSteps(piece, caseSensitive)) : [];
  return { steps, lead: leadOf(steps), separator, caseSensitive };
}

function toSteps(piece: Piece, caseSensitive: boolean): Step[] {
  if (piece.kind === 'any') return [{ takes: 'any', loop: true }];
  if (piece.kind === 'capture')
    return [
      { takes: 'inner', loop: false },
      { takes: 'inner', loop: true },
    ];
  const text = caseSensitive ? piece.text : piece.text.toLowerCase();
  return [...text].map((takes) => ({ takes, loop: false }));
}

/** Walks both at once: wherever the narrow one may end, one of the wide ones must be able to. */
function includes(all: readonly Language[], narrow: Language): boolean {
  const wides = all.filter((wide) => mayMeet(wide.lead, narrow.lead));
  if (wides.length === 0) return false;
  const letters = alphabet([...wides, narrow]);
  const start: [Set<number>, Set<number>[]] = [closure(narrow, [0]), wides.map((wide) => closure(wide, [0]))];
  const seen = new Set<string>();
  const open = [start];
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    const [at, wideAt] = state;
    const key = `${[...at]}|${wideAt.map((one) => [...one]).join('|')}`;
    if (at.size === 0 || seen.has(key)) continue;
    if (seen.size >= MAX_STATES) return false;
    seen.add(key);
    if (isEnd(narrow, at) && !wides.some((wide, index) => isEnd(wide, wideAt[index]!))) return false;
    for (const letter of letters)
      open.push([
        advance(narrow, at, letter),
        wides.map((wide, index) => advance(wide, wideAt[index]!, letter)),
      ]);
  }
  return true;
}

/** Most pairs of patterns differ in their first letters already. */
function mayMeet(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one);
}

function leadOf(steps: readonly Step[]): string {
  const end = steps.findIndex(({ takes }) => takes === 'any' || takes === 'inner');
  return (end < 0 ? steps : steps.slice(0, end))
    .map(({ takes }) => takes)
    .join('')
    .toLowerCase();
}

function alphabet(languages: readonly Language[]): Set<string> {
  const letters = new Set([OTHER_LETTER, ...languages.map(({ separator }) => separator)]);
  for (const { takes } of languages.flatMap(({ steps }) => steps)) {
    if (takes === 'any' || takes === 'inner') continue;
    letters.add(takes).add(takes.toLowerCase()).add(takes.toUpperCase());
  }
  return letters;
}

function advance(one: Language, states: ReadonlySet<number>, letter: string): Set<number> {
  const next: number[] = [];
  for (const state of states) {
    const step = one.steps[state];
    if (step !== undefined && accepts(one, step, letter)) next.push(step.loop ? state : state + 1);
  }
  return closure(one, next);
}

function accepts({ separator, caseSensitive }: Language, { takes }: Step, letter: string): boolean {
  if (takes === 'any') return true;
  if (takes === 'inner') return letter !== separator;
  return takes === (caseSensitive ? letter : letter.toLowerCase());
}

/** States reached without a letter: a loop may be passed by. Sorted, so that equal sets have equal keys. */
function closure({ steps }: Language, states: readonly number[]): Set<number> {
  const reached = new Set<number>();
  for (let state of states) {
    reached.add(state);
    while (steps[state]?.loop) reached.add(++state);
  }
  return new Set([...reached].sort((a, b) => a - b));
}

function isEnd({ steps }: Language, states: ReadonlySet<number>): boolean {
  return states.has(steps.length);
}
