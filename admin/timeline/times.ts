/** Times as people type them: `now`, `90m`, `2h`, `3d` ago, or ISO 8601. */

const UNIT_MS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const AGO = /^(\d{1,5})([smhd])$/;
/** A day, or a time with its zone: one without would mean another moment on each machine. */
const ISO = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** Epoch ms; null: not a time. */
export function parseTimeText(text: string, nowMs: number): number | null {
  if (text === 'now') return nowMs;
  const [, count, unit] = AGO.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) return nowMs - Number(count) * (UNIT_MS[unit] ?? 0);
  const ms = ISO.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? null : ms;
}

export const TIME_WORDS = 'now, 90m, 2h, 3d, or a time like 2026-12-01T15:00:00Z';
/** As long as figures are kept. */
const MOST_SPAN_MS = 14 * 86_400_000;

export type SpanRead = { kind: 'span'; fromMs: number; toMs: number } | { kind: 'wrong'; why: string };

export function readSpan(from: string, to: string, nowMs: number): SpanRead {
  const fromMs = parseTimeText(from, nowMs);
  const toMs = parseTimeText(to, nowMs);
  if (fromMs === null) return { kind: 'wrong', why: `from: ${JSON.stringify(from)} must be ${TIME_WORDS}` };
  if (toMs === null) return { kind: 'wrong', why: `to: ${JSON.stringify(to)} must be ${TIME_WORDS}` };
  if (fromMs > toMs) return { kind: 'wrong', why: 'from must not be after to' };
  if (toMs - fromMs > MOST_SPAN_MS)
    return { kind: 'wrong', why: 'from and to must be at most 14 days apart' };
  return { kind: 'span', fromMs, toMs };
}
