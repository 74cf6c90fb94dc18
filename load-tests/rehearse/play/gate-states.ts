/** What the gate's word in an answer means for who got it. Pure. */
import type { StatesAtAddress } from '../../visitors/load.ts';

/** Let by without a place though no rule says so, only observed, or never at a gate. */
export const UNQUEUED: readonly string[] = ['allowed', 'observed', 'none'];
/** At an address that stands in a launch's invitations a rule that lets by is wrong, too. */
export const AROUND_THE_LINE: readonly string[] = [...UNQUEUED, 'bypassed'];

/** How many answers at an address had one of the words; absent: all. */
export function answersOf(
  { states }: StatesAtAddress,
  words = Object.keys(states) as readonly string[],
): number {
  return words.reduce((sum, word) => sum + (states[word] ?? 0), 0);
}
