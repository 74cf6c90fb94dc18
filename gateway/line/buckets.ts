/** The calls of the claim window: who was called when, how many of them came, and how many are still expected. */
import { chargeCall } from './budget.ts';
import { costOfCall, learnFresh, learnOld, shareLater, shareStillToCome } from './cost.ts';
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
  bucket.cost += cost;
  chargeCall(room, cost);
}

/** Numbers by which a lift raised `serving`: called now, nothing charged, nothing learned. */
export function recordLift(room: Room, lane: string, from: number, to: number, called: number): void {
  room.buckets.push({ ...emptyBucket(room, lane, from), to, called, lifted: true });
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
    ...{ cameInGrace: 0, cameByAge: [0, 0, 0, 0, 0, 0, 0], cost: 0, old: false, lifted: false },
  };
}

export function bucketOf(room: Room, lane: string, number: number): Bucket | undefined {
  return room.buckets.find((bucket) => bucket.lane === lane && bucket.from <= number && number <= bucket.to);
}

/** A claim of a called number, its first. */
export function countArrival(room: Room, lane: string, number: number): void {
  const bucket = bucketOf(room, lane, number);
  if (!bucket) return;
  bucket.came += 1;
  if (!bucket.old) bucket.cameByAge[ageOf(room, bucket)]! += 1;
}

/** A claim came to nothing and will come again (its first answer failed or was lost): it is expected once more. */
export function uncount(room: Room, lane: string, number: number): void {
  const bucket = bucketOf(room, lane, number);
  if (!bucket || bucket.came === 0) return;
  bucket.came -= 1;
  if (bucket.old) return;
  // In which second it came is not remembered: the last in which somebody did.
  const second = bucket.cameByAge.findLastIndex((came) => came > 0);
  if (second >= 0) bucket.cameByAge[second]! -= 1;
}

/** A called ticket was given up: nobody is expected for it, and nothing is learned from it. */
export function uncall(room: Room, lane: string, number: number): void {
  const bucket = bucketOf(room, lane, number);
  if (bucket && bucket.called > bucket.came) bucket.called -= 1;
}

/** Slots that the called numbers will still take: Σ max(0, called − came) · share of these that will still come. */
export function expectedArrivals(room: Room): number {
  let sum = 0;
  for (const bucket of room.buckets) {
    const missing = bucket.called - bucket.came;
    if (missing > 0) sum += missing * shareStillToCome(room, bucket, GRACE_MS);
  }
  return sum;
}

function ageOf(room: Room, bucket: Bucket): number {
  const second = Math.floor((room.at - bucket.t) / 1000);
  return Math.min(bucket.cameByAge.length - 1, Math.max(0, second));
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
    const isNowOld = !bucket.old && room.at - bucket.t >= GRACE_MS;
    if (isNowOld) passGrace(room, bucket);
    const isNowOver = isOver(room, bucket, windowMs);
    if (isNowOver) passWindow(room, bucket);
    isAged ||= isNowOld || isNowOver;
  }
  if (!isAged) return;
  const left = room.buckets.filter((bucket) => !isOver(room, bucket, windowMs));
  room.buckets = merged(left, windowMs);
}

function isOver(room: Room, bucket: Bucket, windowMs: number): boolean {
  return bucket.old && room.at - bucket.t >= windowMs;
}

function passGrace(room: Room, bucket: Bucket): void {
  bucket.old = true;
  bucket.cameInGrace = bucket.came;
  if (!bucket.lifted) learnFresh(room, bucket);
  bucket.cameByAge = [];
  settle(room, bucket, bucket.came + shareLater(room) * Math.max(0, bucket.called - bucket.came));
}

function passWindow(room: Room, bucket: Bucket): void {
  const late = Math.max(0, bucket.came - bucket.cameInGrace);
  if (!bucket.lifted) learnOld(room, Math.max(0, bucket.called - bucket.cameInGrace), late);
  settle(room, bucket, bucket.came);
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
  for (const key of ['called', 'came', 'cameInGrace', 'cost'] as const) last[key] += next[key];
}
