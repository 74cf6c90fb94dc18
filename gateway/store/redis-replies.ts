/** What scripts answer, as the line's words: absent fields are null again. */
import { decode } from '@msgpack/msgpack';
import type { KnownLease, RoomView } from '../line/words.ts';

/** `endedCount`: ordinal of the newest ended session; `ended`: those that the caller had not seen. */
export interface Reply {
  view: RoomView;
  ended: string[];
  endedCount: number;
  /** Every field of the transition's own answer. */
  [field: string]: unknown;
}

/** The room is not configured in this store; `epoch`: it was forgotten, and its next life has this one. */
export interface UnknownRoom {
  unknown: true;
  epoch: number | null;
}

export function isUnknown(reply: Reply | UnknownRoom): reply is UnknownRoom {
  return !Object.hasOwn(reply, 'view');
}

type Raw = Record<string, unknown>;

export function readReply(
  room: string,
  bytes: Uint8Array,
  endedBefore: readonly string[],
): Reply | UnknownRoom {
  const raw = decode(bytes) as Raw;
  if (raw.unknown === true) return { unknown: true, epoch: (raw.epoch as number | undefined) ?? null };
  const ended = (raw.ended ?? []) as string[];
  const view = viewFrom(room, raw.view as Raw, endedAfter(endedBefore, ended));
  return { ...raw, view, ended, endedCount: raw.endedCount as number };
}

const ENDED_KEPT = 1_000;

function endedAfter(before: readonly string[], ended: readonly string[]): string[] {
  // Unchanged lists stay the same object: most answers tell of nobody who ended.
  if (ended.length === 0) return before as string[];
  const isNew = new Set(ended);
  return [...before.filter((id) => !isNew.has(id)), ...ended].slice(-ENDED_KEPT);
}

function viewFrom(room: string, raw: Raw, endedSessions: string[]): RoomView {
  const { limits, rate, maintenance, callsPerMinute, draw, share } = raw as Record<string, Raw | undefined>;
  return {
    ...(raw as unknown as RoomView),
    room,
    endedSessions,
    limits: {
      sessions: orNull(limits?.sessions),
      admissionsPerMinute: orNull(limits?.admissionsPerMinute),
      seats: orNull(limits?.seats),
      submitReserve: (limits?.submitReserve as number | undefined) ?? 0,
    },
    stateUntil: orNull(raw.stateUntil),
    maintenance: maintenance ? { until: maintenance.until as number } : null,
    rate: { factor: (rate?.factor as number | undefined) ?? 1, perMinute: orNull(rate?.perMinute) },
    seatsLeft: orNull(raw.seatsLeft),
    callsPerMinute: { one: orNull(callsPerMinute?.one), five: orNull(callsPerMinute?.five) },
    opensAt: orNull(raw.opensAt),
    draw: draw
      ? {
          commitment: draw.commitment as string,
          hasBegun: draw.hasBegun as boolean,
          base: draw.base as number,
          size: orNull(draw.size),
          opensAt: draw.opensAt as number,
        }
      : null,
    share: { slots: orNull(share?.slots), perMinute: orNull(share?.perMinute) },
    silent: (raw.silent ?? []) as string[],
  };
}

function orNull(value: unknown): number | null {
  return (value as number | undefined) ?? null;
}

/** Leases that others gave or extended, as `call` tells them. */
export function leasesIn({ leases }: Reply): KnownLease[] {
  const told = (leases ?? []) as [string, number, number, boolean, boolean][];
  return told.map(([id, startedAt, leaseUntil, spent, registered]) => ({
    ...{ id, startedAt, leaseUntil, spent, registered },
    isNew: false,
  }));
}
