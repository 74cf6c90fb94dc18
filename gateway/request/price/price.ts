/** The price of a place: who takes numbers faster than people come, and crowds others out, gets them in a later lane; a work may be done instead. */
import type { Settings } from '../../../config/settings.ts';
import type { Clock } from '../../clock.ts';
import { compileNetworks } from '../networks.ts';
import type { LiveRoom } from '../rooms.ts';
import { BURST, bucketSize, burstOf, COOLING_MS, chargeFor, HOT, proofBits } from './charge.ts';
import { type Crowding, createCrowding, fade, isCrowded } from './crowding.ts';
import type { LaterLane } from './lanes.ts';
import { SourceTable } from './source-table.ts';
import { createTagKey, networkOf, sourceTag } from './source-tag.ts';

export type Priced =
  /** Null: the lane that it asked for. */
  { kind: 'number'; lane: LaterLane | null } | { kind: 'refused'; retryMs: number };

export interface Price {
  /** Counts one number that is asked for, given or not. */
  ask(room: LiveRoom, address: string): Priced;
  /** How hard a proof is for this source at the moment, in bits; null: none is asked for. */
  bits(room: LiveRoom, address: string): number | null;
}

export interface PriceParts {
  protection(): Settings['protection'];
  clock: Clock;
  /** 8 random bytes: of this process alone. */
  secret: Buffer;
  /** A room is crowded; told at most once in ten minutes and room. */
  onCrowded(room: LiveRoom, seen: Crowding, mode: 'observe' | 'act'): void;
  onPriced(room: LiveRoom, outcome: LaterLane | 'refused'): void;
}

/** Sources that are known at once, of all rooms together: about 650 kB. */
export const MOST_SOURCES = 8_192;
/** Networks named as shared may ask so many times as much. */
const SHARED_TIMES = 10;
const MINUTE_MS = 60_000;
/** A source that asks without end gets one number so often. */
const TRICKLE_MS = 1_000;
const TOLD_EVERY_MS = 600_000;

type Told = Crowding & { toldMs: number };

const FREE: Priced = { kind: 'number', lane: null };
const LATER: Priced = { kind: 'number', lane: 'later' };
const LAST: Priced = { kind: 'number', lane: 'last' };

export function createPrice(parts: PriceParts): Price {
  const { clock } = parts;
  const key = createTagKey(parts.secret);
  const table = new SourceTable(MOST_SOURCES);
  const rooms = new WeakMap<LiveRoom, Told>();
  let shared = { of: [] as readonly string[], includes: compileNetworks([]) };

  /** One more from a shared network fills by a tenth. */
  function timesOf(address: string): number {
    const { sharedNetworks } = parts.protection().joins;
    if (sharedNetworks.length === 0) return 1;
    if (shared.of !== sharedNetworks)
      shared = { of: sharedNetworks, includes: compileNetworks(sharedNetworks) };
    return shared.includes(address) ? SHARED_TIMES : 1;
  }

  function crowdingOf(room: LiveRoom, nowMs: number) {
    const known = rooms.get(room);
    if (known) {
      fade(known, nowMs);
      return known;
    }
    const made = { ...createCrowding(nowMs), toldMs: Number.NEGATIVE_INFINITY };
    rooms.set(room, made);
    return made;
  }

  function count(crowding: Crowding, before: number, fill: number): void {
    if (fill <= BURST) crowding.others++;
    else if (before > BURST) crowding.fast++;
    else {
      // Those before were counted as anybody's.
      crowding.fast += BURST + 1;
      crowding.others = Math.max(0, crowding.others - BURST);
    }
  }

  function ask(room: LiveRoom, address: string): Priced {
    const { mode, joins } = parts.protection();
    const { perClientPerMinute, perNetworkPerMinute } = joins;
    if (perClientPerMinute === null && perNetworkPerMinute === null) return FREE;
    const nowMs = clock.monotonicMs();
    const times = timesOf(address);
    const perMinute = perClientPerMinute ?? MINUTE_MS;
    const leakPerMs = perMinute / MINUTE_MS;
    const tag = sourceTag(key, room.name, networkOf(address));
    const crowding = crowdingOf(room, nowMs);
    if (!table.has(tag)) crowding.sources++;
    const entry = table.entryOf(tag, nowMs, leakPerMs);
    const waitMs = perNetworkPerMinute === null ? 0 : table.take(entry, nowMs, perNetworkPerMinute * times);
    const before = table.level(entry, nowMs, leakPerMs * times) / times;
    const fill = table.pour(entry, nowMs, leakPerMs * times, bucketSize(perMinute) * times) / times;
    count(crowding, before, fill);
    if (waitMs > 0) return refused(room, waitMs);
    if (perClientPerMinute === null || mode === 'off') return FREE;
    if (!isCrowded(crowding)) return FREE;
    if (fill > HOT) table.heat(entry, nowMs + COOLING_MS);
    return charged(room, entry, { nowMs, fill, perMinute, crowding, mode });
  }

  function charged(
    room: LiveRoom,
    entry: number,
    at: { nowMs: number; fill: number; perMinute: number; crowding: Told; mode: 'observe' | 'act' },
  ): Priced {
    const charge = chargeFor(at.fill, burstOf(table.calmMs(entry, at.nowMs)), at.perMinute);
    if (charge.kind === 'free') return FREE;
    tell(room, at.crowding, at.nowMs, at.mode);
    if (at.mode === 'observe') return FREE;
    if (charge.kind === 'trickle' && !table.trickles(entry, at.nowMs, TRICKLE_MS))
      return refused(room, ((at.fill - at.perMinute) / at.perMinute) * MINUTE_MS);
    const lane = charge.kind === 'trickle' ? 'last' : charge.lane;
    parts.onPriced(room, lane);
    return lane === 'later' ? LATER : LAST;
  }

  function refused(room: LiveRoom, retryMs: number): Priced {
    parts.onPriced(room, 'refused');
    return { kind: 'refused', retryMs: Math.max(1_000, retryMs) };
  }

  function tell(room: LiveRoom, crowding: Told, nowMs: number, mode: 'observe' | 'act'): void {
    if (nowMs - crowding.toldMs < TOLD_EVERY_MS) return;
    crowding.toldMs = nowMs;
    parts.onCrowded(room, crowding, mode);
  }

  function bits(room: LiveRoom, address: string): number | null {
    const { perClientPerMinute, proofOfWork } = parts.protection().joins;
    if (proofOfWork.mode === 'off' || perClientPerMinute === null) return null;
    const nowMs = clock.monotonicMs();
    const leakPerMs = perClientPerMinute / MINUTE_MS;
    const tag = sourceTag(key, room.name, networkOf(address));
    if (!table.has(tag)) return proofBits(0, proofOfWork);
    const entry = table.entryOf(tag, nowMs, leakPerMs);
    const times = timesOf(address);
    return proofBits(table.level(entry, nowMs, leakPerMs * times) / times, proofOfWork);
  }

  return { ask, bits };
}
