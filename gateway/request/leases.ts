/** What this gateway knows of the sessions inside: when their lease was last touched, so that a known pass costs no store call. */
import type { Clock } from '../clock.ts';
import type { SessionFacts, Touch, TouchAnswer } from '../line/words.ts';
import type { Store } from '../store/store.ts';
import { createTurnBatch, type TurnBatch } from './turn-batch.ts';

export interface Lease {
  readonly id: string;
  readonly room: string;
  readonly startedAt: number;
  /** Room time, ms. */
  leaseUntil: number;
  /** The same as ISO 8601: told with every answer, changed by a touch alone. */
  leaseUntilText: string;
  /** Monotonic ms of the last touch by this gateway. */
  touchedAt: number;
  /** Monotonic ms of the last request. */
  usedAt: number;
  /** The first answer is still in flight: the ticket is not spent yet. */
  isAnswering: boolean;
  /** It took its seat for good. */
  isRegistered: boolean;
  /** Connections that end with the session (WebSockets, event streams), and their bytes when last looked at. */
  streams: Map<Stream, number> | null;
  /** Whether data flowed on one of them since the last touch. */
  isFlowing: boolean;
}

/** A lease that somebody uses without asking is renewed after this, or earlier where it is about to end. */
const RENEW_AFTER_MS = 5_000;
const ABOUT_TO_END_MS = 3_000;

/** A long connection of a session: keeps the lease alive while bytes flow, and is cut when the session ends. */
export interface Stream {
  cut(): void;
  /** Bytes that went either way until now. */
  bytes(): number;
}

export interface Leases {
  get(room: string, id: string): Lease | undefined;
  /** Sessions of the room that are known here. */
  count(room: string): number;
  /** Remembers a session that the store has just given or confirmed. */
  keep(room: string, session: SessionFacts, isAnswering: boolean): Lease;
  /** Extends the lease in the store; null: the session does not live any more. */
  touch(room: string, id: string): Promise<Lease | null>;
  bind(lease: Lease, stream: Stream): void;
  unbind(lease: Lease, stream: Stream): void;
  /** Not known here any more; the store's lease lapses by itself. */
  forget(room: string, id: string): void;
  /** The session has ended: its streams are cut and its passes refused. */
  end(room: string, id: string): void;
  /** Renews leases whose answers or data are in flight, and drops what has lapsed. Call it well within the shortest lease. */
  maintain(roomTime: (room: string) => number | undefined): void;
  readonly size: number;
}

function hasFlowed(lease: Lease): boolean {
  let flowed = false;
  for (const [stream, before] of lease.streams ?? []) {
    const bytes = stream.bytes();
    flowed ||= bytes !== before;
    lease.streams?.set(stream, bytes);
  }
  return flowed;
}

export function createLeases(store: Store, clock: Clock): Leases {
  const rooms = new Map<string, Map<string, Lease>>();
  const batches = new Map<string, TurnBatch<Touch, SessionFacts | null>>();
  let size = 0;

  const batchOf = (room: string) => {
    let batch = batches.get(room);
    if (!batch) {
      batch = createTurnBatch((touches) =>
        store.touch(room, touches).then((answer: TouchAnswer) => answer.leases),
      );
      batches.set(room, batch);
    }
    return batch;
  };
  const keep = (room: string, session: SessionFacts, isAnswering: boolean): Lease => {
    const inRoom = rooms.get(room) ?? new Map<string, Lease>();
    rooms.set(room, inRoom);
    const known = inRoom.get(session.id);
    if (known) {
      known.leaseUntil = session.leaseUntil;
      known.leaseUntilText = new Date(session.leaseUntil).toISOString();
      known.touchedAt = clock.monotonicMs();
      known.isAnswering &&= isAnswering;
      return known;
    }
    const lease: Lease = {
      ...session,
      leaseUntilText: new Date(session.leaseUntil).toISOString(),
      room,
      touchedAt: clock.monotonicMs(),
      usedAt: clock.monotonicMs(),
      isAnswering,
      isRegistered: false,
      streams: null,
      isFlowing: false,
    };
    inRoom.set(session.id, lease);
    size++;
    return lease;
  };
  const forget = (room: string, id: string) => {
    if (rooms.get(room)?.delete(id)) size--;
  };
  const end = (room: string, id: string) => {
    const lease = rooms.get(room)?.get(id);
    if (!lease) return;
    forget(room, id);
    for (const stream of lease.streams?.keys() ?? []) stream.cut();
  };
  const touch = async (room: string, id: string, how: Touch['how']) => {
    const session = await batchOf(room).add({ id, how });
    if (session) return keep(room, session, how === 'answering');
    end(room, id);
    return null;
  };
  const isDue = (lease: Lease, now: number | undefined) =>
    clock.monotonicMs() - lease.touchedAt >= RENEW_AFTER_MS ||
    (now !== undefined && lease.leaseUntil - now <= ABOUT_TO_END_MS);
  const maintainOne = (lease: Lease, now: number | undefined) => {
    lease.isFlowing ||= hasFlowed(lease);
    if (lease.isAnswering || lease.isFlowing) {
      if (!isDue(lease, now)) return;
      lease.isFlowing = false;
      touch(lease.room, lease.id, lease.isAnswering ? 'answering' : 'active').catch(() => {});
    } else if (now !== undefined && lease.leaseUntil < now) end(lease.room, lease.id);
  };

  return {
    get: (room, id) => rooms.get(room)?.get(id),
    count: (room) => rooms.get(room)?.size ?? 0,
    keep,
    touch: (room, id) => touch(room, id, 'active'),
    bind(lease, stream) {
      lease.streams ??= new Map();
      lease.streams.set(stream, stream.bytes());
    },
    unbind: (lease, stream) => lease.streams?.delete(stream),
    forget,
    end,
    maintain(roomTime) {
      for (const [room, inRoom] of rooms) {
        const now = roomTime(room);
        for (const lease of inRoom.values()) maintainOne(lease, now);
        if (inRoom.size > 0) continue;
        rooms.delete(room);
        batches.delete(room);
      }
    },
    get size() {
      return size;
    },
  };
}
