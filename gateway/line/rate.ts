/** The rate in force: what the law allows, as far as the gateways' words leave it; where the law has no limit, their words alone. */
import { waitingIn } from './lanes.ts';
import type { Room } from './room.ts';
import type { RateWord } from './words.ts';

/** A gateway's word counts for so long. */
const WORD_MS = 5_000;
/** A word that nobody followed up is forgotten after this. */
export const WORDS_KEPT_MS = 60_000;
/** A line that goes on by itself after the last word goes on at this rate at least. */
const LEAST_EASED_PER_MINUTE = 60;
const FREE: RateWord = { factor: 1, perMinute: null };

/** Admissions a minute; null: nothing limits them. */
export function ratePerMinute(room: Room): number | null {
  const perMinute = room.law?.limits.admissionsPerMinute ?? null;
  const words = wordsInForce(room);
  // No share of any rate, whatever it is.
  if (words.factor === 0) return 0;
  if (perMinute === null) return words.perMinute;
  const byLaw = perMinute * words.factor;
  return words.perMinute === null ? byLaw : Math.min(byLaw, words.perMinute);
}

/** The least factor and the least rate of the words of the last 5 s; a gateway's newest word is its only one. */
export function wordsInForce(room: Room): RateWord {
  const silentMs = room.at - room.spokenAt;
  if (room.spokenAt === 0 || silentMs > WORDS_KEPT_MS) return FREE;
  if (silentMs > WORD_MS) return { factor: 1, perMinute: easedRate(room, silentMs) };
  return leastWord(room, room.at);
}

/**
 * Nobody speaks any more: gateways were restarted, or cannot. A line that the last words held is not let go at once: the rate
 * doubles each 5 s, from 60 a minute at least, until nobody waits; then the room is free.
 */
function easedRate(room: Room, silentMs: number): number | null {
  if (room.returners.size === 0 && waitingIn(room) === 0) return null;
  const { perMinute } = leastWord(room, room.spokenAt);
  if (perMinute === null) return null;
  return Math.max(LEAST_EASED_PER_MINUTE, perMinute) * 2 ** (Math.ceil(silentMs / WORD_MS) - 1);
}

/** Of the words that counted at that moment. */
function leastWord({ factors }: Room, at: number): RateWord {
  const least = { ...FREE };
  for (const gateway in factors) {
    const word = factors[gateway]!;
    if (at - word.at > WORD_MS) continue;
    if (word.factor < least.factor) least.factor = word.factor;
    if (word.perMinute === null) continue;
    if (least.perMinute === null || word.perMinute < least.perMinute) least.perMinute = word.perMinute;
  }
  return least;
}
