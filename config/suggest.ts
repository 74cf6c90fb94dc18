/** The word that was probably meant. */
import { distance } from 'fastest-levenshtein';

/** Case and separators aside, at most a third of the letters may differ, and two in short words; or the word is a beginning. */
export function closest(word: string, candidates: readonly string[]): string | null {
  const plain = fold(word);
  const most = Math.max(plain.length > 3 ? 2 : 1, Math.floor(plain.length / 3));
  const ranked = candidates
    .map((candidate) => ({ candidate, apart: apartFrom(plain, fold(candidate)) }))
    .filter(({ apart }) => apart <= most)
    .sort((a, b) => a.apart - b.apart);
  return ranked[0]?.candidate ?? null;
}

/** ` did you mean "sessions"?`, or the few right words, or nothing. */
export function suggestion(word: string, candidates: readonly string[]): string {
  const near = closest(word, candidates);
  if (near !== null) return `; did you mean ${JSON.stringify(near)}?`;
  return candidates.length > 0 && candidates.length <= 12 ? `; known here: ${candidates.join(', ')}` : '';
}

const LEAST_BEGINNING = 3;

/** The beginning of a word is one letter away from it. */
function apartFrom(plain: string, candidate: string): number {
  const letters = distance(plain, candidate);
  return plain.length >= LEAST_BEGINNING && candidate.startsWith(plain) ? Math.min(1, letters) : letters;
}

function fold(word: string): string {
  return word
    .slice(0, 64)
    .toLowerCase()
    .replace(/[_\s-]/g, '');
}
