/**
 * Judges targets: what was seen of them in, a verdict out. Pure.
 *
 * - down: connections are refused (or health checks fail) so often in a row that the target is gone; no bound.
 * - ejected: it answers, but unlike the others of its upstream (errors, empty bodies, latency). A judgement by comparison
 *   can be wrong, so it never takes more than half of the targets, and nobody is ejected for what all of them do.
 */

export type OutlierReason = 'errors' | 'empty' | 'latency';

/** What was seen of one target over the window. */
export interface TargetFigures {
  answers: number;
  /** Share of 5xx, resets, time-outs and malformed answers. */
  errorShare: number;
  /** The newest answers that were errors, in a row. */
  errorsInRow: number;
  /** Share of answers with status 200 that had no body where one was due. */
  emptyShare: number;
  /** Median time to the whole answer; 0 while unknown. */
  p50Ms: number;
}

/** Errors in a row, of a target whose fellows do better. */
const ERRORS_IN_ROW = 5;
const MIN_ANSWERS_FOR_SHARES = 20;
/** Where its fellows give a body always; a beacon's answers are empty by nature, and a few in a row are chance. */
const MIN_ANSWERS_FOR_EMPTY = 5;
const BAD_SHARE = 0.5;
const USUAL_EMPTY_SHARE = 0.1;
/** Slower than this times its fellows' median, and by more than this much. */
const LATENCY_FACTOR = 3;
const LATENCY_MARGIN_MS = 100;
const LONGEST_EJECTION = 32;
/** A target that came back starts with this share of its weight. */
const FIRST_SHARE = 0.1;

/** Why the target differs from its fellows for the worse; null: it does not, or too little was seen. */
export function outlierReason(
  target: TargetFigures,
  fellows: readonly TargetFigures[],
): OutlierReason | null {
  // Of a fellow that was not asked yet nothing is known, least of all that it does better.
  const seen = fellows.filter((fellow) => fellow.answers > 0);
  if (seen.length === 0) return null;
  if (hasErrors(target) && median(seen.map((f) => f.errorShare)) <= target.errorShare / 2) return 'errors';
  if (isEmpty(target, median(seen.map((f) => f.emptyShare)))) return 'empty';
  return isSlow(target, seen) ? 'latency' : null;
}

function hasErrors(target: TargetFigures): boolean {
  if (target.errorsInRow >= ERRORS_IN_ROW) return true;
  return target.answers >= MIN_ANSWERS_FOR_SHARES && target.errorShare >= BAD_SHARE;
}

function isEmpty(target: TargetFigures, usualShare: number): boolean {
  const enough = usualShare === 0 ? MIN_ANSWERS_FOR_EMPTY : MIN_ANSWERS_FOR_SHARES;
  return usualShare <= USUAL_EMPTY_SHARE && target.answers >= enough && target.emptyShare >= BAD_SHARE;
}

function isSlow(target: TargetFigures, fellows: readonly TargetFigures[]): boolean {
  const known = fellows.filter((f) => f.answers >= MIN_ANSWERS_FOR_SHARES);
  if (known.length === 0 || target.answers < MIN_ANSWERS_FOR_SHARES) return false;
  const usualMs = median(known.map((f) => f.p50Ms));
  return target.p50Ms > usualMs * LATENCY_FACTOR && target.p50Ms > usualMs + LATENCY_MARGIN_MS;
}

/** Whether one more target may be ejected: at least half of them stay, those that are down counted as gone. */
export function mayEject(targets: number, unavailable: number): boolean {
  return unavailable + 1 <= Math.floor(targets / 2);
}

/** Doubles with each ejection: base, 2 base, 4 base, … 32 base. */
export function ejectionMs(ejections: number, baseMs: number): number {
  return baseMs * Math.min(2 ** (ejections - 1), LONGEST_EJECTION);
}

/** Share of its weight that a target has `sinceMs` after it came back: from a tenth up to all of it over the ramp. */
export function rampShare(sinceMs: number, rampMs: number): number {
  if (sinceMs >= rampMs) return 1;
  return Math.max(FIRST_SHARE, sinceMs / rampMs);
}

/** Lower median: of two fellows the better one says what is usual. */
function median(values: number[]): number {
  values.sort((a, b) => a - b);
  return values[(values.length - 1) >> 1]!;
}
