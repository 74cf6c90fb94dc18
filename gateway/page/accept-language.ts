/** Chooses the language that a visitor reads best among ours, from any Accept-Language whatever. */
import { LRUCache } from 'lru-cache';
import { type LanguageCode, LOCALES } from './locales/all.ts';

const FALLBACK: LanguageCode = 'en';
/** Longer headers, and more ranges than these, are no person's wish: what comes after is not looked at. */
const MAX_LENGTH = 512;
const MAX_RANGES = 32;
/** Tags that name a language of ours by another word. */
const ALIASES = new Map<string, LanguageCode>([
  ['iw', 'he'],
  ['cmn', 'zh'],
  ['yue', 'zh'],
]);

const chosen = new LRUCache<string, LanguageCode>({ max: 500 });

export function chooseLanguage(header: string | undefined): LanguageCode {
  if (header === undefined || header === '') return FALLBACK;
  const known = chosen.get(header);
  if (known !== undefined) return known;
  const language = bestOf(header.slice(0, MAX_LENGTH));
  // A long header would let one client fill the cache with big keys.
  if (header.length <= MAX_LENGTH) chosen.set(header, language);
  return language;
}

/** The highest weight wins, the first of equals; a weight of 0 forbids a language, `*` stands for ours. */
function bestOf(header: string): LanguageCode {
  let best: LanguageCode = FALLBACK;
  let bestWeight = 0;
  for (const range of header.split(',', MAX_RANGES)) {
    const [tag = '', ...parameters] = range.split(';', 4);
    const language = languageOf(tag.trim().toLowerCase());
    if (language === null) continue;
    const weight = weightOf(parameters);
    if (weight > bestWeight) {
      best = language;
      bestWeight = weight;
    }
  }
  return best;
}

function languageOf(tag: string): LanguageCode | null {
  if (tag === '*') return FALLBACK;
  const primary = tag.split(/[-_]/, 1)[0] ?? '';
  if (Object.hasOwn(LOCALES, primary)) return primary as LanguageCode;
  return ALIASES.get(primary) ?? null;
}

function weightOf(parameters: readonly string[]): number {
  for (const parameter of parameters) {
    const [name = '', value = ''] = parameter.split('=', 2);
    if (name.trim().toLowerCase() !== 'q') continue;
    const weight = Number(value.trim());
    return weight >= 0 && weight <= 1 ? weight : 0;
  }
  return 1;
}
