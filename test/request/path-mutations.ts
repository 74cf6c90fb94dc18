/** Spells a path in ways that somebody who wants around a rule would try; the same seed gives the same spellings. */

export type Random = (below: number) => number;

/** mulberry32: enough to choose spellings by. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

type Mutation = (path: string, random: Random) => string;

const SLASHES = [
  '/',
  '//',
  '/./',
  '/%2e/',
  '\\',
  '%2f',
  '%2F',
  '%5c',
  '%252f',
  '%255c',
  '%c0%af',
  '%ef%bc%8f',
  '%u002f',
  '%e2%88%95',
];
const UPS = [
  '..',
  '%2e%2e',
  '.%2E',
  '..;',
  '..;x=1',
  '..%20',
  '%20..',
  '..%3b',
  '%252e%252e',
  '..%00',
  '...',
  '..+',
  '%c0%ae.',
  '%ef%bc%8e.',
  '%e2%80%a5',
  '..%c2%a0',
];
const TAILS = [
  ';',
  ';x',
  ';x=/',
  '%3bx',
  '.',
  '..',
  '%20',
  '+',
  '%2e',
  '%00',
  '%00.css',
  ';.css',
  '%23.css',
  '#.css',
  '%3f.css',
  '?.css',
  '::$DATA',
  ':$I30:$INDEX_ALLOCATION',
  '%c2%a0',
  '%e2%80%8b',
  '/',
  '/.',
  '//',
  '/x/..',
  '.css',
  '/a.css',
];
const HEADS = [
  '/assets',
  '/assets/',
  '/assets/x/..',
  '/x',
  '/.',
  '/;x',
  '/%20',
  '/+',
  '/',
  '/assets/;',
  '/assets%20',
  '/ereg/..',
  'http://register.example.com',
];

const pick = <T>(choices: readonly T[], random: Random): T => choices[random(choices.length)]!;

function atCharacter(path: string, random: Random, change: (char: string) => string): string {
  const at = random(path.length);
  return path.slice(0, at) + change(path[at]!) + path.slice(at + 1);
}

const hex = (char: string) => char.charCodeAt(0).toString(16).padStart(2, '0');
const wide = (char: string) => encodeURIComponent(String.fromCharCode(char.charCodeAt(0) + 0xfee0));

const MUTATIONS: readonly Mutation[] = [
  (path, random) => atCharacter(path, random, (char) => `%${hex(char)}`),
  (path, random) => atCharacter(path, random, (char) => `%${hex(char).toUpperCase()}`),
  (path, random) => atCharacter(path, random, (char) => `%25${hex(char)}`),
  (path, random) => atCharacter(path, random, (char) => `%u00${hex(char)}`),
  (path, random) => atCharacter(path, random, (char) => (/[!-~]/.test(char) ? wide(char) : char)),
  (path, random) => atCharacter(path, random, (char) => char.toUpperCase()),
  (path, random) => atCharacter(path, random, (char) => char + pick(TAILS, random)),
  (path, random) => path.replace('/', () => pick(SLASHES, random)),
  (path, random) => path.replace(/\/(?=[^/]*$)/, () => pick(SLASHES, random)),
  (path, random) => `/assets/${pick(UPS, random)}${path}`,
  (path, random) => `/${pick(UPS, random)}${path}`,
  (path, random) => `${path}/${pick(UPS, random)}/${pick(UPS, random)}/assets/x`,
  (path, random) => path + pick(TAILS, random),
  (path, random) => path.replace(/(?<=\w)\//, (slash) => pick(TAILS, random) + slash),
  (path, random) => pick(HEADS, random) + path,
];

/** One to four mutations, one upon the other. */
export function mutate(path: string, random: Random): string {
  let mutated = path;
  for (let left = 1 + random(4); left > 0; left--) mutated = pick(MUTATIONS, random)(mutated, random);
  return mutated;
}
