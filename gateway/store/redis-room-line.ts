/** The hash of a room as `lua/lib/room` writes it, and the same as the law's JSON: what is null there is absent here. */
import { decode, encode } from '@msgpack/msgpack';
import type { Bucket, Extent, Heard, Room } from '../line/room.ts';

type Json = Record<string, unknown>;

/** Fields of their own, readable by an operator. */
const NUMBERS = [
  ...(['epoch', 'seq', 'fence', 'revision', 'at', 'offset', 'stateRev', 'seats', 'seatsRev'] as const),
  ...(['prunedSeq', 'awakeSince', 'callTokens', 'claimTokens', 'freshCalled', 'freshCame'] as const),
  ...(['oldCalled', 'oldCame', 'calledAt', 'recoverUntil', 'restoreUntil', 'heldAt', 'losses'] as const),
  ...(['unregistered', 'admissions', 'spentTickets', 'ticketsUntil'] as const),
];
const TEXTS = ['state', 'server'] as const;
const PACKED = ['law', 'lanes', 'factors', 'pace', 'cameByAge', 'draw', 'apart'] as const;

/** All of a room that stands in its hash; undefined for a room without a law. */
export function lineToJson(fields: Record<string, Buffer>): Json | undefined {
  if (!fields.law) return undefined;
  const json: Json = {};
  for (const key of NUMBERS) json[key] = fields[key] ? Number(fields[key]) : null;
  for (const key of TEXTS) json[key] = String(fields[key]);
  for (const key of PACKED) json[key] = unpack(fields[key]);
  return {
    ...json,
    ...{ law: withNulls(json.law as Json), factors: asMap(json.factors) },
    ...{
      draw: json.draw && { size: null, ...json.draw },
      apart: json.apart && { left: null, ...json.apart },
    },
    buckets: (unpack(fields.buckets) as unknown[][]).map(bucketFrom),
    gateways: [...gatewaysFrom(unpack(fields.gateways) as unknown[])],
    provisional: (unpack(fields.provisional) as [string, number[][]][]).map(([key, extents]) => [
      key,
      extents.map(([first, count, base]) => ({ first, count, base })),
    ]),
  };
}

export function lineFields(room: Room): Record<string, string | Buffer> {
  const fields: Record<string, string | Buffer> = { endedCount: String(room.endedSessions.length) };
  for (const key of NUMBERS) if (room[key] !== null) fields[key] = String(room[key]);
  for (const key of TEXTS) fields[key] = room[key];
  for (const key of PACKED) if (room[key] !== null) fields[key] = pack(room[key]);
  fields.buckets = pack(room.buckets.map(bucketPlaces));
  fields.gateways = pack([...room.gateways].flatMap(([name, { seq, at }]) => [name, seq, at]));
  fields.provisional = pack([...room.provisional].map(([key, extents]) => [key, extents.map(extentPlaces)]));
  return fields;
}

export function pack(value: unknown): Buffer {
  const { buffer, byteOffset, byteLength } = encode(value);
  return Buffer.from(buffer, byteOffset, byteLength);
}

function unpack(bytes: Buffer | undefined): unknown {
  return bytes ? decode(bytes) : null;
}

/** Lua writes an empty table as a list. */
function asMap(value: unknown): unknown {
  return Array.isArray(value) ? {} : value;
}

function withNulls(law: Json): Json {
  const limits = { sessions: null, admissionsPerMinute: null, seats: null, ...(law.limits as Json) };
  const launch = law.launch ? { draw: null, ...(law.launch as Json) } : null;
  return { ...law, limits, launch };
}

/** The places are those of `lua/lib/cost`. */
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

function* gatewaysFrom(flat: unknown[]): Generator<[string, Heard]> {
  for (let index = 0; index < flat.length; index += 3) {
    yield [flat[index] as string, { seq: flat[index + 1] as number, at: flat[index + 2] as number }];
  }
}
