/** The limits as numbers: free slots, the rate, and the tokens that it earns. An absent limit is infinite. */
import { ratePerMinute } from './rate.ts';
import type { Room } from './room.ts';

/** Time that earns tokens at most, however long nobody stepped the room. */
const MOST_EARNED_MS = 2_000;

/** Admissions a second; Infinity where nothing limits them. */
export function ratePerSecond(room: Room): number {
  const perMinute = ratePerMinute(room);
  return perMinute === null ? Number.POSITIVE_INFINITY : perMinute / 60;
}

/** 2 s worth, at least 1: a rate of 3 a minute still needs a whole token. A rate of 0 earns nothing. */
export function mostTokens(perMinute: number | null): number {
  if (perMinute === null) return 0;
  return perMinute === 0 ? 0 : Math.max(1, perMinute / 30);
}

export function callBudget(room: Room): number {
  return ratePerMinute(room) === null ? Number.POSITIVE_INFINITY : room.callTokens;
}

export function claimBudget(room: Room): number {
  return ratePerMinute(room) === null ? Number.POSITIVE_INFINITY : room.claimTokens;
}

/** `share`: the part of the rate that may be spent here. */
export function earnTokens(room: Room, elapsedMs: number, share: number): void {
  const perMinute = ratePerMinute(room);
  if (perMinute === null) return;
  const earned = ((perMinute / 60) * share * Math.min(elapsedMs, MOST_EARNED_MS)) / 1000;
  const most = mostTokens(perMinute);
  room.callTokens = within(most, room.callTokens + earned);
  room.claimTokens = within(most, room.claimTokens + earned);
}

export function chargeCall(room: Room, cost: number): void {
  const perMinute = ratePerMinute(room);
  if (perMinute !== null) room.callTokens = within(mostTokens(perMinute), room.callTokens - cost);
}

export function chargeClaim(room: Room, count: number): void {
  if (ratePerMinute(room) !== null) room.claimTokens -= count;
}

/** The rate was `before`: a lower one leaves 2 s worth of it; where there was none, who went in is not known, so it starts from 0. */
export function keepTokens(room: Room, before: number | null): void {
  if (before === null) room.callTokens = room.claimTokens = 0;
  const most = mostTokens(ratePerMinute(room));
  room.callTokens = Math.min(room.callTokens, most);
  room.claimTokens = Math.min(room.claimTokens, most);
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

/** No registration is left: nobody inside can free one. While people inside hold the last ones it is not. */
export function isSoldOut(room: Room): boolean {
  return room.seats !== null && room.seats <= 0;
}

/** Registrations left that nobody inside may still take. */
export function freeSeats(room: Room): number {
  return room.seats === null ? Number.POSITIVE_INFINITY : room.seats - room.unregistered;
}

function within(most: number, tokens: number): number {
  return Math.min(most, Math.max(-most, tokens));
}
