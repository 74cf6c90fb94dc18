/** The hash of a room as `lua/lib/core` writes it, and the same as the law's JSON: what is null there is false or absent here. */
import { decode, encode } from '@msgpack/msgpack';
import { completeLaw } from '../line/complete-law.ts';
import type { Bucket, Extent, Heard, Lane, Room } from '../line/room.ts';
import type { RoomLaw } from '../line/words.ts';

type Json = Record<string, unknown>;

/** The places in `core`, counted from 0; pace and its parts come behind, then `stateUntil` and `spokenAt`. */
const CORE = [
  ...([
    'epoch',
    'seq',
    'fence',
    'revision',
    'at',
    'offset',
    'state',
    'stateRev',
    'seats',
    'seatsRev',
  ] as const),
  ...([
    'lanes',
    'gateways',
    'prunedSeq',
    'server',
    'awakeSince',
    'apart',
    'callTokens',
    'claimTokens',
  ] as const),
  ...(['freshCalled', 'freshCame', 'oldCalled', 'oldCame', 'cameByAge', 'calledAt', 'recoverUntil'] as const),
  ...(['restoreUntil', 'heldAt', 'losses', 'draw', 'unregistered', 'admissions', 'spentTickets'] as const),
  ...(['ticketsUntil', 'endedCount'] as const),
];
const NO_DRAW = { size: null, opensAt: null, commitment: null };
const PACE = ['one', 'oneWeight', 'five', 'fiveWeight', 'pending', 'idleSince'] as const;
/** Behind the pace: rooms that earlier versions wrote end there, or before `spokenAt`. */
const STATE_UNTIL = CORE.length + PACE.length;
const SPOKEN_AT = STATE_UNTIL + 1;

/** All of a room that stands in its hash; undefined for a room without a law. */
export function lineToJson(fields: Record<string, Buffer>): Json | undefined {
  if (!fields.core) return undefined;
  const places = unpack(fields.core) as unknown[];
  const { endedCount: _count, ...json } = Object.fromEntries(CORE.map((key, place) => [key, places[place]]));
  return {
    ...json,
    seats: json.seats === false ? null : json.seats,
    stateUntil: places[STATE_UNTIL] || null,
    spokenAt: places[SPOKEN_AT] ?? 0,
    draw: json.draw ? { ...NO_DRAW, ...json.draw } : null,
    apart: json.apart ? { left: null, ...json.apart } : null,
    lanes: Object.fromEntries(lanesFrom(json.lanes as unknown[])),
    gateways: [...gatewaysFrom(json.gateways as unknown[])],
    pace: Object.fromEntries(PACE.map((key, place) => [key, places[CORE.length + place]])),
    law: withNulls(unpack(fields.law) as Json),
    factors: wordsFrom(unpack(fields.factors) as Json),
    buckets: (unpack(fields.buckets) as unknown[][]).map(bucketFrom),
    provisional: (unpack(fields.provisional) as [string, number[][]][]).map(([key, extents]) => [
      key,
      extents.map(([first, count, base]) => ({ first, count, base })),
    ]),
  };
}

export function lineFields(room: Room): Record<string, Buffer> {
  const { draw, apart, lanes, gateways, pace } = room;
  const known: Json = {
    ...room,
    endedCount: room.endedSessions.length,
    draw: draw && withoutNulls({ ...draw }),
    apart: apart && withoutNulls({ ...apart }),
    lanes: Object.entries(lanes).flatMap(([name, lane]) => [name, lane.issued, lane.serving, lane.credit]),
    gateways: [...gateways].flatMap(([name, { seq, at }]) => [name, seq, at]),
  };
  return {
    core: pack([
      ...CORE.map((key) => known[key] ?? false),
      ...PACE.map((key) => pace[key]),
      room.stateUntil ?? false,
      room.spokenAt,
    ]),
    law: pack(room.law),
    buckets: pack(room.buckets.map(bucketPlaces)),
    factors: pack(room.factors),
    provisional: pack([...room.provisional].map(([key, extents]) => [key, extents.map(extentPlaces)])),
  };
}

export function pack(value: unknown): Buffer {
  const { buffer, byteOffset, byteLength } = encode(value);
  return Buffer.from(buffer, byteOffset, byteLength);
}

function unpack(bytes: Buffer | undefined): unknown {
  return bytes ? decode(bytes) : null;
}

function withNulls(law: Json): Json {
  const limits = { sessions: null, admissionsPerMinute: null, seats: null, ...(law.limits as Json) };
  const launch = law.launch ? { draw: null, ...(law.launch as Json) } : null;
  return completeLaw({ ...law, limits, launch } as unknown as RoomLaw) as unknown as Json;
}

function withoutNulls(json: Json): Json {
  return Object.fromEntries(Object.entries(json).filter(([, value]) => value !== null));
}

/** Lua writes an empty table as a list, and null as nothing. */
function wordsFrom(factors: Json): Json {
  const words = Object.entries(factors).map(([gateway, word]) => [
    gateway,
    { perMinute: null, ...(word as Json) },
  ]);
  return Object.fromEntries(words) as Json;
}

/** The places are those of `lua/lib/buckets`. */
function bucketPlaces(bucket: Bucket): unknown[] {
  const { lane, since, t, from, to, called, came, cameInGrace, cost, old, lifted, cameByAge } = bucket;
  return [lane, since, t, from, to, called, came, cameInGrace, cost, old, lifted, ...cameByAge];
}

function bucketFrom(places: unknown[]): Json {
  const [lane, since, t, from, to, called, came, cameInGrace, cost, old, lifted, ...cameByAge] = places;
  return { lane, since, t, from, to, called, came, cameInGrace, cameByAge, cost, old, lifted };
}

function extentPlaces({ first, count, base }: Extent): number[] {
  return [first, count, base];
}

function* lanesFrom(flat: unknown[]): Generator<[string, Lane]> {
  for (let index = 0; index < flat.length; index += 4) {
    const [name, issued, serving, credit] = flat.slice(index) as [string, number, number, number];
    yield [name, { issued, serving, credit }];
  }
}

function* gatewaysFrom(flat: unknown[]): Generator<[string, Heard]> {
  for (let index = 0; index < flat.length; index += 3) {
    const [name, seq, at] = flat.slice(index) as [string, number, number];
    yield [name, { seq, at }];
  }
}
