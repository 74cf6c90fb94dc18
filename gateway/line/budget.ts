/** The limits as numbers: free slots, the rate, and the tokens that it earns. An absent limit is infinite. */
import type { Room } from './room.ts';

/** A gateway's word on the rate counts for so long. */
const FACTOR_MS = 5_000;
/** Time that earns tokens at most, however long nobody stepped the room. */
const MOST_EARNED_MS = 2_000;

/** Admissions a second; Infinity without a limit. The factor is the least that any gateway reported in the last 5 s. */
export function ratePerSecond(room: Room): number {
  const perMinute = room.law?.limits.admissionsPerMinute ?? null;
  if (perMinute === null) return Number.POSITIVE_INFINITY;
  let factor = 1;
  for (const gateway in room.factors) {
    const report = room.factors[gateway]!;
    if (room.at - report.at <= FACTOR_MS) factor = Math.min(factor, report.factor);
  }
  return (perMinute / 60) * factor;
}

/** 2 s worth, at least 1: a rate of 3 a minute still needs a whole token. A limit of 0 earns nothing. */
export function mostTokens(room: Room): number {
  const perMinute = room.law?.limits.admissionsPerMinute ?? null;
  if (perMinute === null) return 0;
  return perMinute === 0 ? 0 : Math.max(1, perMinute / 30);
}

export function hasRate(room: Room): boolean {
  return (room.law?.limits.admissionsPerMinute ?? null) !== null;
}

export function callBudget(room: Room): number {
  return hasRate(room) ? room.callTokens : Number.POSITIVE_INFINITY;
}

export function claimBudget(room: Room): number {
  return hasRate(room) ? room.claimTokens : Number.POSITIVE_INFINITY;
}

/** `share`: the part of the rate that may be spent here. */
export function earnTokens(room: Room, elapsedMs: number, share: number): void {
  if (!hasRate(room)) return;
  const earned = (ratePerSecond(room) * share * Math.min(elapsedMs, MOST_EARNED_MS)) / 1000;
  room.callTokens = withinCap(room, room.callTokens + earned);
  room.claimTokens = withinCap(room, room.claimTokens + earned);
}

export function chargeCall(room: Room, cost: number): void {
  if (hasRate(room)) room.callTokens = withinCap(room, room.callTokens - cost);
}

export function chargeClaim(room: Room, count: number): void {
  if (hasRate(room)) room.claimTokens -= count;
}

/** slots = min(sessions − submitReserve − live, seats − liveUnregistered); who has registered holds no seat. */
export function freeSlots(room: Room): number {
  if (!room.law) return 0;
  return Math.min(
    freeByLimits(room) ?? Number.POSITIVE_INFINITY,
    room.apart?.left ?? Number.POSITIVE_INFINITY,
  );
}

/** Null: nothing limits it. */
export function freeByLimits(room: Room): number | null {
  const limits = room.law?.limits;
  if (!limits) return 0;
  const bySeats = room.seats === null ? null : freeSeats(room);
  if (limits.sessions === null) return bySeats;
  const bySessions = limits.sessions - limits.submitReserve - room.sessions.size;
  return bySeats === null ? bySessions : Math.min(bySessions, bySeats);
}

/** Registrations left that nobody inside may still take. */
export function freeSeats(room: Room): number {
  return room.seats === null ? Number.POSITIVE_INFINITY : room.seats - room.unregistered;
}

function withinCap(room: Room, tokens: number): number {
  const cap = mostTokens(room);
  return Math.min(cap, Math.max(-cap, tokens));
}
