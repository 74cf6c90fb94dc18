/** The calls of the claim window: who was called when, how many of them came, and how many are still expected. */
import { chargeCall } from './budget.ts';
import { costOfCall, learnFresh, learnOld, shareAtOnce, shareLater } from './cost.ts';
import type { Bucket, Room } from './room.ts';

/** Whoever comes at once comes within this: two polls at the front of the line, and a page load. */
const GRACE_MS = 7_000;
const BUCKET_MS = 1_000;
/** Old buckets are merged to an eighth of the window: 120 become 16. */
const MERGED_SHARE = 8;

/** Writes numbers from … to as called now, and charges the call budget. */
export function recordCall(room: Room, lane: string, from: number, to: number): void {
  const count = to - from + 1;
  const cost = count * costOfCall(room);
  const bucket = openBucket(room, lane, from);
  bucket.to = to;
  bucket.called += count;
  // More than all of them is never expected: a slot would stand empty for somebody who does not exist.
  bucket.want += count * Math.min(1, shareAtOnce(room));
  bucket.cost += cost;
  chargeCall(room, cost);
}

/** Numbers by which a lift raised `serving`: called now, nothing charged, nothing learned. */
export function recordLift(room: Room, lane: string, from: number, to: number, called: number): void {
  const want = called * Math.min(1, shareAtOnce(room));
  room.buckets.push({ ...emptyBucket(room, lane, from), to, called, want, lifted: true });
}

function openBucket(room: Room, lane: string, from: number): Bucket {
  for (let index = room.buckets.length - 1; index >= 0; index--) {
    const bucket = room.buckets[index]!;
    if (bucket.lane !== lane) continue;
    if (bucket.old || bucket.lifted || room.at - bucket.since >= BUCKET_MS) break;
    bucket.t = room.at;
    return bucket;
  }
  const bucket = emptyBucket(room, lane, from);
  room.buckets.push(bucket);
  return bucket;
}

function emptyBucket(room: Room, lane: string, from: number): Bucket {
  return {
    ...{ lane, since: room.at, t: room.at, from, to: from - 1, called: 0, came: 0 },
    ...{ cameInGrace: 0, want: 0, cost: 0, old: false, lifted: false },
  };
}

export function bucketOf(room: Room, lane: string, number: number): Bucket | undefined {
  return room.buckets.find((bucket) => bucket.lane === lane && bucket.from <= number && number <= bucket.to);
}

/** A claim came to nothing and will come again (its first answer failed or was lost): it is expected once more. */
export function uncount(room: Room, lane: string, number: number): void {
  const bucket = bucketOf(room, lane, number);
  if (bucket && bucket.came > 0) bucket.came -= 1;
}

/** A called ticket was given up: nobody is expected for it, and nothing is learned from it. */
export function uncall(room: Room, lane: string, number: number): void {
  const bucket = bucketOf(room, lane, number);
  if (!bucket || bucket.called <= bucket.came) return;
  bucket.want = (bucket.want * (bucket.called - 1)) / bucket.called;
  bucket.called -= 1;
}

/**
 * Slots that the called numbers will still take:
 * old: max(0, called − came) · q; fresh: max(0, want − came) + q · max(0, called − max(came, want)).
 */
export function expectedArrivals(room: Room): number {
  const later = shareLater(room);
  let sum = 0;
  for (const { old, called, came, want } of room.buckets) {
    if (old) sum += Math.max(0, called - came) * later;
    else sum += Math.max(0, want - came) + later * Math.max(0, called - Math.max(came, want));
  }
  return sum;
}

/** Nobody may claim, so the claim windows stand still (LINE.md, rule 9). */
export function holdWindows(room: Room, elapsedMs: number): void {
  for (const bucket of room.buckets) {
    bucket.since += elapsedMs;
    bucket.t += elapsedMs;
  }
}

/** Learns from each bucket when its grace is over, and again when its window is; then it is dropped. */
export function ageBuckets(room: Room): void {
  const windowMs = room.law?.claimMs ?? 0;
  let isAged = false;
  for (const bucket of room.buckets) {
    if (!bucket.old && room.at - bucket.t >= GRACE_MS) isAged = passGrace(room, bucket);
    if (bucket.old && room.at - bucket.t >= windowMs) isAged = passWindow(room, bucket);
  }
  if (isAged)
    room.buckets = merged(
      room.buckets.filter((bucket) => !isOver(room, bucket, windowMs)),
      windowMs,
    );
}

function isOver(room: Room, bucket: Bucket, windowMs: number): boolean {
  return bucket.old && room.at - bucket.t >= windowMs;
}

function passGrace(room: Room, bucket: Bucket): true {
  bucket.old = true;
  bucket.cameInGrace = bucket.came;
  if (!bucket.lifted) learnFresh(room, bucket.called, bucket.came);
  settle(room, bucket, bucket.came + shareLater(room) * Math.max(0, bucket.called - bucket.came));
  return true;
}

function passWindow(room: Room, bucket: Bucket): true {
  if (!bucket.lifted)
    learnOld(room, Math.max(0, bucket.called - bucket.cameInGrace), bucket.came - bucket.cameInGrace);
  settle(room, bucket, bucket.came);
  return true;
}

/** The call budget gets back what was charged too much, and pays what was charged too little. */
function settle(room: Room, bucket: Bucket, real: number): void {
  chargeCall(room, real - bucket.cost);
  bucket.cost = real;
}

function merged(buckets: Bucket[], windowMs: number): Bucket[] {
  const kept: Bucket[] = [];
  const lastOf: Record<string, Bucket> = {};
  for (const bucket of buckets) {
    const last = lastOf[bucket.lane];
    if (last && canMerge(last, bucket, windowMs)) mergeInto(last, bucket);
    else {
      lastOf[bucket.lane] = bucket;
      kept.push(bucket);
    }
  }
  return kept;
}

function canMerge(last: Bucket, next: Bucket, windowMs: number): boolean {
  const isAlike = last.old && next.old && last.lifted === next.lifted && last.to + 1 === next.from;
  return isAlike && next.t - last.since <= windowMs / MERGED_SHARE;
}

function mergeInto(last: Bucket, next: Bucket): void {
  last.t = next.t;
  last.to = next.to;
  for (const key of ['called', 'came', 'cameInGrace', 'want', 'cost'] as const) last[key] += next[key];
}
