/** Times that somebody asks for: they lie ahead, and not beyond what anybody plans. */
import { AdminError } from '../errors.ts';

const MOST_AHEAD_MS = 366 * 86_400_000;

/** Epoch ms; null where nothing was asked. Throws AdminError HG_INVALID. */
export function timeAhead(text: string | undefined, field: string, nowMs: number): number | null {
  if (text === undefined) return null;
  const at = Date.parse(text);
  if (at > nowMs && at <= nowMs + MOST_AHEAD_MS) return at;
  const message = Number.isNaN(at) ? 'must be a time in ISO 8601' : 'must lie ahead, within a year';
  throw invalid(field, message);
}

export function invalid(field: string, message: string): AdminError {
  return new AdminError('HG_INVALID', `${field} ${message}; nothing was changed`, {
    faults: [{ path: `/body/${field}`, message }],
  });
}
