/** What this gateway remembers of a room in Redis: enough to notice a store that lost something, and to heal it. */
import { encode } from '@msgpack/msgpack';
import { configure } from '../line/configure.ts';
import { liftToCaller } from '../line/loss.ts';
import { floorsOf } from '../line/recover.ts';
import { createRoom } from '../line/room.ts';
import { viewOf } from '../line/view.ts';
import type { Caller, Floors, KnownLease, RoomLaw, RoomView, SessionFacts } from '../line/words.ts';
import type { Clock } from './embedded-rooms.ts';
import type { RememberedRoom } from './gateway-memory.ts';
import type { Reply } from './redis-replies.ts';

export interface RoomMemory {
  readonly name: string;
  readonly keys: readonly string[];
  law: RoomLaw;
  revision: number;
  /** The law was not written since it changed here, or since the store forgot it. */
  owesLaw: boolean;
  writingLaw: Promise<void> | null;
  /** Leases are to be told to a store that lost something. */
  owesLeases: boolean;
  isLost: boolean;
  view: RoomView;
  /** Room time and sequence of the last answer, and the monotonic time then; 0 at first. */
  lastAt: number;
  lastSeq: number;
  heardMs: number;
  heardWallMs: number;
  floors: Floors | null;
  /** The same, as scripts want it; null: to be packed anew. */
  packedFloors: Uint8Array | null;
  /** What a look at the quiet room found. */
  lastLook: string | null;
  /** Another gateway forgot the room: until somebody comes there is no life of it. */
  isForgotten: boolean;
  endedCount: number;
  leasesSeen: number;
  holdSeen: number;
  /** Losses that the last answer spoke of; -1: none came yet. */
  lossesSeen: number;
  /** Every unexpired lease that this gateway heard of, its own and others'. */
  leases: Map<string, KnownLease>;
  /** Counts whatever is to be written to disk. */
  changed: number;
}

const NO_FLOORS = new Uint8Array(0);

/** A room that this process has not heard of yet; what its disk remembers comes back as floors and leases. */
export function rememberRoom(
  name: string,
  keys: readonly string[],
  law: RoomLaw,
  revision: number,
  clock: Clock,
  disk: RememberedRoom | undefined,
): RoomMemory {
  // Time has gone on since: by how much, only this gateway's own wall clock can tell.
  const sinceMs = disk ? Math.max(0, clock.wallMs() - disk.heardWallMs) : 0;
  return {
    ...{ name, keys, law, revision, owesLaw: true, writingLaw: null },
    ...{ owesLeases: disk !== undefined, isLost: false },
    view: viewOfUnheard(name, law, revision, clock, disk),
    ...{ lastAt: disk?.lastAt ?? 0, lastSeq: 0, heardWallMs: disk?.heardWallMs ?? 0 },
    heardMs: clock.monotonicMs() - sinceMs,
    ...{ floors: disk?.floors ?? null, packedFloors: null },
    ...{
      lastLook: null,
      isForgotten: false,
      lossesSeen: -1,
      endedCount: 0,
      leasesSeen: 0,
      holdSeen: 0,
      changed: 0,
    },
    leases: new Map(disk?.leases.map((lease) => [lease.id, lease])),
  };
}

/** Until the store answers, a room stands where the disk left it, calls nobody and shares nothing out. */
function viewOfUnheard(
  name: string,
  law: RoomLaw,
  revision: number,
  clock: Clock,
  disk: RememberedRoom | undefined,
): RoomView {
  const room = createRoom(name);
  const at = disk ? disk.lastAt + Math.max(0, clock.wallMs() - disk.heardWallMs) : clock.wallMs();
  const caller: Caller = {
    ...{ gateway: '', gone: [], server: '', time: at, lastAt: 0, sinceMs: 0, lastSeq: 0 },
    floors: disk?.floors ?? null,
  };
  configure(room, caller, law, revision);
  liftToCaller(room, caller);
  const view = viewOf(room);
  const state = view.operatorState === 'open' ? 'held' : view.state;
  return { ...view, state, share: { slots: 0, perMinute: 0 }, silent: [] };
}

/** Room time now, as far as this gateway can tell without the store. */
export function roomNow(memory: Pick<RoomMemory, 'lastAt' | 'view' | 'heardMs'>, clock: Clock): number {
  if (memory.lastAt === 0) return memory.view.at;
  return Math.floor(memory.lastAt + clock.monotonicMs() - memory.heardMs);
}

export function packCaller(
  memory: RoomMemory,
  gateway: string,
  gone: readonly string[],
  clock: Clock,
): Uint8Array {
  const { name: room, lastAt, lastSeq, endedCount, leasesSeen } = memory;
  const sinceMs = lastAt === 0 ? 0 : clock.monotonicMs() - memory.heardMs;
  return encode({ room, gateway, gone, lastAt, sinceMs, lastSeq, endedSeen: endedCount, leasesSeen });
}

export function packFloors(memory: RoomMemory): Uint8Array {
  if (memory.floors === null) return NO_FLOORS;
  memory.packedFloors ??= encode(memory.floors, { ignoreUndefined: true });
  return memory.packedFloors;
}

/** An answer came. Answers of one connection come in order; another connection's may be older. */
export function hear(memory: RoomMemory, { view, ended, endedCount }: Reply, clock: Clock): void {
  for (const id of ended) memory.leases.delete(id);
  memory.endedCount = endedCount;
  memory.isLost = false;
  memory.changed += 1;
  if (view.seq < memory.lastSeq) {
    // Old as it is, it may tell of somebody who ended, and is asked for only once.
    memory.view = { ...memory.view, endedSessions: view.endedSessions };
    return;
  }
  memory.view = view;
  memory.floors = floorsOf(view);
  memory.packedFloors = null;
  memory.lastAt = view.at;
  memory.lastSeq = view.seq;
  memory.heardMs = clock.monotonicMs();
  memory.heardWallMs = clock.wallMs();
  memory.isForgotten = false;
  noticeLoss(memory, view);
}

/** A loss is told by its hold, or, to whom the hold went by unheard, by the count: then everybody's leases are asked for anew. */
function noticeLoss(memory: RoomMemory, { losses, holdUntil }: RoomView): void {
  const isUnheard = memory.lossesSeen >= 0 && losses !== memory.lossesSeen;
  if (isUnheard) memory.leasesSeen = 0;
  if (isUnheard || (holdUntil > 0 && holdUntil !== memory.holdSeen)) memory.owesLeases = true;
  memory.lossesSeen = losses;
  memory.holdSeen = holdUntil;
}

/** Nobody has a place or is inside: what was known of this life must not be held against the next one. */
export function forgetLife(memory: RoomMemory): RoomView {
  // It was Redis that told us: the room has its store.
  Object.assign(memory, { isForgotten: true, owesLaw: true, owesLeases: false, isLost: false });
  Object.assign(memory, { floors: null, packedFloors: null, lastSeq: 0, lossesSeen: -1, holdSeen: 0 });
  Object.assign(memory, { endedCount: 0, leasesSeen: 0 });
  memory.leases.clear();
  return memory.view;
}

/** What is known of a session grows: that its ticket is spent, that it registered, and how long its lease runs, is never taken back. */
export function keepLease(memory: RoomMemory, session: SessionFacts, more: Partial<KnownLease> = {}): void {
  const known = memory.leases.get(session.id);
  const { id, startedAt } = session;
  const spent = (known?.spent ?? false) || (more.spent ?? false);
  // The first lease alone gives way to a shorter one. Else a store that lost a touch would have us forget it, too.
  const isSettled = spent && !known?.spent;
  const leaseUntil = isSettled ? session.leaseUntil : Math.max(session.leaseUntil, known?.leaseUntil ?? 0);
  const registered = (known?.registered ?? false) || (more.registered ?? false);
  memory.leases.set(id, { id, startedAt, leaseUntil, spent, registered, isNew: false });
  memory.changed += 1;
}

/** Those that run, the others are forgotten. */
export function runningLeases(memory: Pick<RoomMemory, 'leases'>, now: number): KnownLease[] {
  const running: KnownLease[] = [];
  for (const lease of memory.leases.values()) {
    if (lease.leaseUntil > now) running.push(lease);
    else memory.leases.delete(lease.id);
  }
  return running;
}
