/** Judges a fault run by what its visitors were told and what the platform's books say. */
import { calledOutOfOrder, grownPositions } from '../../load-tests/visitors/laws.ts';
import type { VisitorRecord } from '../../load-tests/visitors/words.ts';
import { verdictOf } from './timing.ts';

export interface Evidence {
  records: readonly VisitorRecord[];
  /** Most sessions at once, by the platform. */
  mostSessions: number;
  /** Sessions that the room allows. */
  limit: number;
  /** How far two gateways' views of the calls may lie apart. */
  toleranceMs?: number;
  /** Beside the run: where programs were woken late, so were gateways that look at each other's calls. */
  schedulingDelayMs?: number;
}

/** Each figure is 0 where nothing went wrong. */
export interface Verdict {
  overLimit: number;
  lostPlaces: number;
  orderBroken: number;
  positionsGrown: number;
  /** What went wrong, a sentence each. */
  breaches: string[];
}

/** Gateways see each other's calls at their next tick. */
const TOLERANCE_MS = 1_500;

export function judge(evidence: Evidence): Verdict {
  const { records, mostSessions, limit, toleranceMs = TOLERANCE_MS, schedulingDelayMs = 0 } = evidence;
  const lost = lostPlaces(records);
  const disordered = calledOutOfOrder(records, toleranceMs);
  const ordered = verdictOf(disordered.length === 0, schedulingDelayMs, disordered.join('; '));
  const grown = grownPositions(records);
  const over = Math.max(0, mostSessions - limit);
  return {
    overLimit: over,
    lostPlaces: lost.length,
    orderBroken: disordered.length,
    positionsGrown: grown.length,
    breaches: [
      ...(over > 0 ? [`${mostSessions} sessions where ${limit} are allowed`] : []),
      ...lost,
      ...(ordered === 'failed' ? disordered : []),
      ...grown,
    ],
  };
}

/** A visitor whose number changed, whose ticket was unknown, or who was thrown out with a valid pass. */
export function lostPlaces(records: readonly VisitorRecord[]): string[] {
  return records.flatMap(({ plan, numbers, lostPlaces: unknown, outcome }) => {
    const who = `${plan.account ?? plan.address} (${numbers.join(', ')})`;
    return [
      ...(new Set(numbers).size > 1 ? [`${who} was given another number`] : []),
      ...(unknown > 0 ? [`${who} was told ${unknown} times that there is no such ticket`] : []),
      ...(outcome === 'thrown-out' ? [`${who} was inside and was told to wait`] : []),
    ];
  });
}
