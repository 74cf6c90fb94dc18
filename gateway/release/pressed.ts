/** Says whether a platform has far more to do than while all was well: what tells a surge while nobody knows yet what is usual. */
import type { ProtectionSettings } from '../../config/settings.ts';
import { longestBaseMs } from './stall.ts';
import type { UpstreamState } from './state.ts';
import { gaugeSums, recent } from './window.ts';
import type { Evidence } from './words.ts';

/** Times what was in flight while all was well, and at least as many of `inFlight.least`. */
const PRESSED_TIMES = 4;
/** Fewer so far are no picture of a calm platform. */
const KNOWN_ANSWERS = 300;
const EXPLAINED_MS = 1_000;
const EXPLAINED_TIMES = 3;
/** What was let in before a line was formed is answered sooner than the pace tells of a surge. */
const PRESSED_MS = 10_000;

export const isPressedLately = ({ pressedAtMs }: UpstreamState, nowMs: number): boolean =>
  pressedAtMs > 0 && nowMs - pressedAtMs < PRESSED_MS;

/**
 * Far more is in flight, or was a moment ago, than while all was well, and than answers of the usual speed explain (Little's law): a
 * gateway that gets its share of a busy hour at once has many in flight, and many answers. Of an upstream that never was well nothing
 * is known.
 */
export function isPressed(
  upstream: UpstreamState | undefined,
  inFlight: number,
  nowMs: number,
  { inFlight: { least } }: ProtectionSettings,
): boolean {
  if (upstream === undefined || upstream.borneInFlight === 0) return false;
  return isPressedLately(upstream, nowMs) || isPressedNow(upstream, inFlight, nowMs, least);
}

function isPressedNow(upstream: UpstreamState, inFlight: number, nowMs: number, least: number): boolean {
  if (upstream.answersForAdmitted < KNOWN_ANSWERS) return false;
  if (inFlight <= PRESSED_TIMES * Math.max(least, upstream.borneInFlight)) return false;
  const lately = recent(upstream, nowMs, 0, EXPLAINED_MS);
  const longestMs = longestBaseMs(upstream);
  if (lately === null || longestMs === 0) return false;
  return inFlight > (EXPLAINED_TIMES * lately.answers * longestMs) / Math.max(1, lately.spanMs);
}

/** By what is in flight; or a gateway saw it sooner, in the request in which it engaged a room. */
export function notePressed(
  upstream: UpstreamState,
  name: string,
  evidence: readonly Evidence[],
  nowMs: number,
  settings: ProtectionSettings,
): void {
  const hasEngaged = evidence.some(({ rooms }) =>
    Object.values(rooms).some((room) => room.engaged === true && room.upstream === name),
  );
  const { most } = gaugeSums(upstream);
  const isNow = upstream.borneInFlight > 0 && isPressedNow(upstream, most, nowMs, settings.inFlight.least);
  if (hasEngaged || isNow) upstream.pressedAtMs = nowMs;
}
