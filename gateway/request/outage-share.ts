/** What one gateway may let in by itself while the store is lost: the share that the last view gave it, counted down. Pure. */
import type { RoomView } from '../line/words.ts';

export interface Share {
  /** Slots that are left; null: no limit. */
  slots: number | null;
  perMinute: number | null;
  /** A token bucket, so that the rate holds by the second. */
  tokens: number;
  /** Monotonic ms. */
  atMs: number;
}

const MINUTE_MS = 60_000;
/** The bucket holds two seconds' worth. */
const BUCKET_MS = 2_000;

/** Null: somebody waits, or the room lets nobody in: there is nothing to share. */
export function openShare(view: RoomView, nowMs: number): Share | null {
  if (view.state !== 'open' || view.waiting > 0) return null;
  const { slots, perMinute } = view.share;
  return { slots, perMinute, tokens: bucketSize(perMinute), atMs: nowMs };
}

/** How many may enter now. */
export function freeOf(share: Share, nowMs: number): number {
  refill(share, nowMs);
  return Math.max(0, Math.min(share.slots ?? Infinity, Math.floor(share.tokens)));
}

export function takeSlot(share: Share): void {
  if (share.slots !== null) share.slots--;
  share.tokens--;
}

/** A session ended: its slot is free again, what it took of the rate is gone. */
export function giveSlotBack(share: Share): void {
  if (share.slots !== null) share.slots++;
}

function refill(share: Share, nowMs: number): void {
  const { perMinute } = share;
  const gained = perMinute === null ? Infinity : ((nowMs - share.atMs) * perMinute) / MINUTE_MS;
  share.tokens = Math.min(bucketSize(perMinute), share.tokens + gained);
  share.atMs = nowMs;
}

function bucketSize(perMinute: number | null): number {
  if (perMinute === null) return Infinity;
  return perMinute === 0 ? 0 : Math.max(1, (BUCKET_MS * perMinute) / MINUTE_MS);
}
