/** Makes rooms' orders of an upstream's budget: each room its max-min share, and none for a room that asks for less than it may have. */

import type { ProtectionSettings } from '../../config/settings.ts';
import { isLearning, surgeLimit, surges } from './engage.ts';
import { signalLevel } from './external.ts';
import { isPressed } from './pressed.ts';
import { EXCESS_SHARE } from './rate.ts';
import { maxMinShares } from './share.ts';
import type { ControllerState, UpstreamState } from './state.ts';
import { gaugeSums } from './window.ts';
import type { RoomFacts } from './words.ts';

/** Those who wait are called within this long where the budget allows it. */
const DRAIN_MINUTES = 1 / 6;
/** A room is held to nothing while it asks for this much less than its share: demand is measured, and swings. */
const ROOM_TO_BREATHE = 1.25;
/** What a room uses every day no other room’s surge takes from it. */
const KEPT_OF_USUAL = 1.5;

/** Newcomers a minute up to which a room asks for what it usually does: twice that, and what comes at once by chance. */
const usualAtMost = (usual: number): number => 2 * usual + 4 * Math.sqrt(3 * usual) + FEW_PER_MINUTE;
/** Five newcomers within the ten seconds of the pace. */
const FEW_PER_MINUTE = 30;

export interface RoomDemand {
  name: string;
  facts: RoomFacts;
  /** Admissions a minute that are asked for. */
  demand: number;
  /** Newcomers a minute that are usual there. */
  usual: number;
  surges: boolean;
  /** It asks for no more than it always does, and nobody waits in it. */
  isUsual: boolean;
}

export function demandsOf(
  state: ControllerState,
  upstream: string,
  rooms: Readonly<Record<string, RoomFacts>>,
  settings: ProtectionSettings,
): RoomDemand[] {
  const known = state.upstreams[upstream];
  const pressed = known !== undefined && isPressed(known, gaugeSums(known).most, state.atMs, settings);
  return Object.entries(rooms)
    .filter(([, facts]) => facts.upstream === upstream && facts.isClosed !== true)
    .map(([name, facts]) => {
      const { pace, usual } = state.rooms[name] ?? { pace: 0, usual: 0 };
      const wanted = pace + facts.waiting / DRAIN_MINUTES;
      const most = facts.limits.admissionsPerMinute ?? Number.POSITIVE_INFINITY;
      return {
        name,
        facts,
        demand: Math.min(wanted, most),
        usual,
        isUsual: facts.waiting === 0 && pace <= usualAtMost(usual),
        surges: isAdaptive(facts) && (isCrowd(facts) || surges(state, name, settings, pressed)),
      };
    });
}

/** Who waits for an opening, or for the end of a pause, comes at once then: the rate must stand before. */
export const isCrowd = ({ waiting }: RoomFacts): boolean => waiting > LEAST_CROWD;
/** Let in at once, so many are nobody's surge. */
const LEAST_CROWD = 20;

/** Nobody said what it bears. */
export const isAdaptive = ({ limits }: RoomFacts): boolean =>
  limits.sessions === null && limits.admissionsPerMinute === null;

/** A room's first rate in a surge: what is none yet, or what was borne. In the first minute nobody knows that five times as many are fine. */
export function firstPerMinute(
  state: ControllerState,
  surgeLimitPerMinute: number,
  provenPerMinute: number,
  { engage }: ProtectionSettings,
): number {
  return Math.max(isLearning(state) ? engage.leastPerMinute : surgeLimitPerMinute, provenPerMinute);
}

/** What a surge may have before anything is known of what the platform bears: what is no surge yet, or what was borne before. */
export function surgeBudget(
  state: ControllerState,
  upstream: UpstreamState,
  demands: readonly RoomDemand[],
  settings: ProtectionSettings,
): number {
  const asked = demands.map((room) =>
    room.surges
      ? Math.min(room.demand, firstPerMinute(state, surgeLimit(state, room.name, settings), 0, settings))
      : room.demand,
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
  const reference = Math.max(engage.leastPerMinute, upstream.provenPerMinute, upstream.bestPerMinute);
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

/** What the rooms ask for whose demand is usual, while one asks for more than that: it is the cause, and pays first. Else 0. */
export function usualOf(demands: readonly RoomDemand[]): number {
  if (demands.every(({ isUsual }) => isUsual)) return 0;
  return demands.reduce((sum, { isUsual, demand }) => sum + (isUsual ? demand : 0), 0);
}

/** For each room in turn. Rooms that ask for no more than usual are let by while the budget has room for them beside the others. */
export function allowedOf({ budget, level, isShort }: Limits, demands: readonly RoomDemand[]): Allowed[] {
  if (budget === null) return demands.map(() => ({ perMinute: null, factor: 1 }));
  const usual = usualOf(demands);
  if (usual > 0 && usual <= budget * (1 - EXCESS_SHARE)) {
    const excess = demands.filter(({ isUsual }) => !isUsual);
    const allowed = allowedOf({ budget: budget - usual, level, isShort }, excess);
    return demands.map(({ isUsual }) => (isUsual ? { perMinute: null, factor: 1 } : allowed.shift()!));
  }
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
