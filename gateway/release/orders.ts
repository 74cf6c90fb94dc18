/** Makes rooms' orders of an upstream's budget: each room its max-min share, and none for a room that asks for less than it may have. */

import type { ProtectionSettings } from '../../config/settings.ts';
import { isLearning, surgeLimit, surges } from './engage.ts';
import { signalLevel } from './external.ts';
import { maxMinShares } from './share.ts';
import type { ControllerState, UpstreamState } from './state.ts';
import type { RoomFacts } from './words.ts';

/** Those who wait are called within this long where the budget allows it. */
const DRAIN_MINUTES = 1 / 6;
/** A room is held to nothing while it asks for this much less than its share: demand is measured, and swings. */
const ROOM_TO_BREATHE = 1.25;
/** What a room uses every day no other room’s surge takes from it. */
const KEPT_OF_USUAL = 1.5;

export interface RoomDemand {
  name: string;
  facts: RoomFacts;
  /** Admissions a minute that are asked for. */
  demand: number;
  /** Newcomers a minute that are usual there. */
  usual: number;
  surges: boolean;
}

export function demandsOf(
  state: ControllerState,
  upstream: string,
  rooms: Readonly<Record<string, RoomFacts>>,
  settings: ProtectionSettings,
): RoomDemand[] {
  return Object.entries(rooms)
    .filter(([, facts]) => facts.upstream === upstream)
    .map(([name, facts]) => {
      const wanted = (state.rooms[name]?.pace ?? 0) + facts.waiting / DRAIN_MINUTES;
      const most = facts.limits.admissionsPerMinute ?? Number.POSITIVE_INFINITY;
      return {
        name,
        facts,
        demand: Math.min(wanted, most),
        // In its first minute a gate takes a surge for usual, and would keep it from the calm rooms.
        usual: isLearning(state) ? 0 : (state.rooms[name]?.usual ?? 0),
        surges: isAdaptive(facts) && surges(state, name, settings),
      };
    });
}

/** Nobody said what it bears. */
export const isAdaptive = ({ limits }: RoomFacts): boolean =>
  limits.sessions === null && limits.admissionsPerMinute === null;

/** What a surge may have before anything is known of what the platform bears: what is no surge yet, or what was borne before. */
export function surgeBudget(
  state: ControllerState,
  upstream: UpstreamState,
  demands: readonly RoomDemand[],
  settings: ProtectionSettings,
): number {
  const asked = demands.map((room) =>
    room.surges ? Math.min(room.demand, surgeLimit(state, room.name, settings)) : room.demand,
  );
  return Math.max(
    upstream.provenPerMinute,
    asked.reduce((sum, one) => sum + one, 0),
  );
}

export interface Limits {
  budget: number | null;
  /** What errors and external signals leave of what was proven; 1: all. */
  level: number;
  isShort: boolean;
}

/** The budget with what errors and signals take from it. */
export function limitsOf(upstream: UpstreamState, { engage }: ProtectionSettings): Limits {
  const level = Math.min(signalLevel(upstream), upstream.errorLevel);
  const { budgetPerMinute } = upstream;
  // An upstream that was idle has proven nothing; what is no surge it may have all the same.
  const reference = Math.max(engage.leastPerMinute, upstream.provenPerMinute);
  const byLevel = level < 1 ? level * reference : null;
  const budget = byLevel === null ? budgetPerMinute : Math.min(byLevel, budgetPerMinute ?? byLevel);
  const byBudget = budget === null ? 1 : Math.min(1, budget / reference);
  return { budget, level: Math.min(level, byBudget), isShort: level < 1 || upstream.distress !== null };
}

export interface Allowed {
  /** Admissions a minute; null: held to nothing. */
  perMinute: number | null;
  factor: number;
}

/** For each room in turn. */
export function allowedOf({ budget, level, isShort }: Limits, demands: readonly RoomDemand[]): Allowed[] {
  if (budget === null) return demands.map(() => ({ perMinute: null, factor: 1 }));
  const shares = maxMinShares(
    budget,
    demands.map(({ demand, usual, facts }) => ({
      demand: Math.max(1, demand * ROOM_TO_BREATHE),
      weight: facts.weight,
      guarantee: Math.max(facts.guaranteePerMinute ?? 0, usual * KEPT_OF_USUAL),
    })),
  );
  return demands.map((room, i) => allowedIn(room, shares[i]!, level, isShort));
}

function allowedIn({ demand, facts }: RoomDemand, share: number, level: number, isShort: boolean): Allowed {
  const { admissionsPerMinute } = facts.limits;
  const isServed = share >= demand && facts.waiting === 0;
  if (admissionsPerMinute === null) return { perMinute: isServed ? null : Math.max(1, share), factor: 1 };
  // A room with a rate of its own is held to a part of that, but never to less than it asks for while its share covers it.
  const needed = Math.min(1, (demand * ROOM_TO_BREATHE) / admissionsPerMinute);
  const factor = isServed
    ? Math.max(level, needed)
    : Math.max(share / admissionsPerMinute, isShort ? 0 : level);
  return { perMinute: null, factor: Math.min(1, factor) };
}
