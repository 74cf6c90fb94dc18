/** Requests without a number: within the room's allowance while nobody waits, and within a rule's standing one, line or not. */
import type { PassOn } from './admission.ts';
import type { AdmitAsk } from './admit.ts';
import type { StandingAllowances } from './budgets.ts';

/** Null: the allowance is used up. */
export function allowNumberless({ room }: AdmitAsk): PassOn | null {
  if (room.numberless >= room.settings.allowance.inFlight) return null;
  room.numberless++;
  return { kind: 'pass-on', state: 'allowed', inside: null, release: () => room.numberless-- };
}

/** A rule's standing allowance serves clients that can neither wait nor hold a ticket. */
export function allowStanding(
  allowances: StandingAllowances,
  { classified: { rule }, asker, standing }: AdmitAsk,
): PassOn | null {
  if (!rule || asker === 'navigation' || standing.kind === 'ticket') return null;
  const release = allowances.take(rule.name, rule.allowance);
  return release ? { kind: 'pass-on', state: 'allowed', inside: null, release } : null;
}
