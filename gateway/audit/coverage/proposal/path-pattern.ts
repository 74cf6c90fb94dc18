/** Writes the path pattern that a few examples have in common. Pure. */
import type { Example } from './example.ts';

/** Letters that mean something in patterns, or that patterns refuse. */
const SPECIAL = /[*{}\\\s]/;

/**
 * `/m/api/v2/events/{eventid}/register`: segments that all examples share stay as they are, those in `captured` (by index)
 * become captures, all others any segment. Null where the examples have different lengths.
 */
export function pathPattern(
  examples: readonly Example[],
  pathShape: string,
  captured: ReadonlyMap<number, string>,
): string | null {
  const first = examples[0]?.segments ?? [];
  if (examples.some(({ segments }) => segments.length !== first.length)) return null;
  const folded = foldedSegments(pathShape, first.length);
  const pieces = first.map((segment, index) => {
    const name = captured.get(index);
    if (name !== undefined) return `{${name}}`;
    const isShared = examples.every(({ segments }) => segments[index] === segment);
    return isShared && !folded.has(index) && !SPECIAL.test(segment) ? segment : `{part${index + 1}}`;
  });
  return `/${pieces.join('/')}`;
}

/** Segments that are ids by the address's shape, even if the few examples share them. */
function foldedSegments(pathShape: string, length: number): Set<number> {
  const segments = pathShape.slice(1).split('/');
  const folded = segments.flatMap((segment, index) => (segment.startsWith('{') ? [index] : []));
  return new Set(segments.length === length ? folded : []);
}
