/** The draw of a forecast: every order of the prequeue is as likely as any other. The gate's own draw is keyed, and as even. */
import type { TicketFacts } from '../../../gateway/line/words.ts';
import type { Random } from '../../visitors/words.ts';

/** Gives the tickets their numbers anew, in any order (Fisher–Yates). */
export function drawRanks(tickets: readonly TicketFacts[], random: Random): void {
  for (let last = tickets.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const [a, b] = [tickets[last]!, tickets[other]!];
    [a.number, b.number] = [b.number, a.number];
  }
}
