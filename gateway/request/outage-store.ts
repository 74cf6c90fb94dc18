/** A store whose sessions outlive it: while its calls fail, who is inside stays inside by this gateway's own word, and what could not be told is owed. */
import type {
  KnownLease,
  LeaveHow,
  RoomView,
  SessionFacts,
  TicketFacts,
  Touch,
  TouchAnswer,
} from '../line/words.ts';
import { type Store, StoreLost } from '../store/store.ts';
import type { Lease } from './leases.ts';
import { endSession, keepLease, leaveRoster, type Outage, type Proof } from './outage.ts';
import type { OutageFigures } from './outage-figures.ts';
import { extendHere, knownLease } from './outage-leases.ts';
import { touchKnown } from './outage-touch.ts';
import type { Outages } from './outages.ts';
import type { Owed } from './owed.ts';
import { soon } from './patience.ts';
import type { LiveRoom } from './rooms.ts';
import type { Ticket } from './token-claims.ts';

export interface LastingParts {
  store: Store;
  outages: Outages;
  owed: Owed;
  figures: OutageFigures;
  room(name: string): LiveRoom | undefined;
  lease(room: string, id: string): Lease | undefined;
  /** A session that was taken to live has ended after all. */
  onEnded(room: string, id: string): void;
}

export function createLastingStore(parts: LastingParts): Store {
  const { store, outages, owed, figures } = parts;

  /** Whatever fails begins the room's outage. */
  async function tried<T>(room: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      if (error instanceof StoreLost) outages.begin(room);
      throw error;
    }
  }

  /** `instead`: what is answered, or done, until the store was told what happened without it. */
  async function lasting<T>(
    room: string,
    call: () => Promise<T>,
    instead: (outage: Outage) => T | Promise<T>,
  ): Promise<T> {
    if (!outages.of(room)) {
      try {
        return await call();
      } catch (error) {
        if (!(error instanceof StoreLost)) throw error;
      }
    }
    const outage = outages.begin(room);
    if (!outage) throw new StoreLost(`nothing is known of room ${room}`);
    return instead(outage);
  }

  const viewOf = (room: string) => store.view(room) as RoomView;

  function leaseOf(room: string, id: string): KnownLease | null {
    if (owed.hasLeft(room, id)) return null;
    const own = outages.known(room)?.leases.get(id);
    const lease = parts.lease(room, id);
    return own ?? (lease ? knownLease(lease) : null);
  }

  function liveLease(room: string, id: string, at: number): KnownLease | null {
    const lease = leaseOf(room, id);
    return lease && lease.leaseUntil > at ? lease : null;
  }

  function touchHere(outage: Outage, room: string, touches: readonly Touch[]): TouchAnswer {
    const view = viewOf(room);
    const leases = touches.map((touch) => {
      const lease = liveLease(room, touch.id, view.at);
      return lease && factsOf(keepLease(outage, extended(room, lease, touch, view.at)));
    });
    return { leases, view };
  }

  function extended(room: string, lease: KnownLease, { how }: Touch, at: number): KnownLease {
    return extendHere(lease, how, at, parts.room(room)?.settings.session);
  }

  /** Nobody said that it has ended. */
  function running(room: string, id: string): KnownLease | null {
    const { at, endedSessions } = viewOf(room);
    return endedSessions.includes(id) ? null : liveLease(room, id, at);
  }

  /** Where all are known to be inside nobody waits for a store that has become slow: what it says counts when it comes. */
  async function touch(room: string, touches: readonly Touch[]): Promise<TouchAnswer> {
    const asked = lasting(
      room,
      () => touchKnown(store, room, touches, (id) => running(room, id)),
      (outage) => touchHere(outage, room, touches),
    );
    const at = store.view(room)?.at ?? Infinity;
    if (!touches.every(({ id }) => liveLease(room, id, at))) return asked;
    return soon(
      asked,
      () => touchedMeanwhile(room, touches),
      (late) => endMissing(room, touches, late),
    );
  }

  function touchedMeanwhile(room: string, touches: readonly Touch[]): TouchAnswer {
    const view = viewOf(room);
    const leases = touches.map((each) => {
      const lease = leaseOf(room, each.id);
      return lease && factsOf(extended(room, lease, each, view.at));
    });
    return { leases, view };
  }

  function endMissing(room: string, touches: readonly Touch[], { leases }: TouchAnswer): void {
    for (const [index, { id }] of touches.entries()) if (leases[index] === null) parts.onEnded(room, id);
  }

  async function leave(room: string, id: string, how: LeaveHow, ticket?: TicketFacts): Promise<boolean> {
    return lasting(
      room,
      () => store.leave(room, id, how, ticket),
      (outage) => leaveHere(outage, id, how, ticket),
    );
  }

  function leaveHere(outage: Outage, id: string, how: LeaveHow, ticket: TicketFacts | undefined): boolean {
    const isUntold = outage.leases.get(id)?.isNew === true && how === 'unspent';
    endSession(outage, id, how);
    if (ticket && 'provisional' in ticket) leaveRoster(outage, ticket as Ticket);
    if (!isUntold) owed.leave(outage.room, id, how, ticket);
    return true;
  }

  /** Until the store has heard of it, the session is restored as one that may still take a seat: else none would be taken. */
  function register(room: string, id: string): Promise<void> {
    return lasting(
      room,
      async () => {
        await store.register(room, id);
        const lease = parts.lease(room, id);
        if (lease) lease.isRegistered = true;
      },
      () => owed.register(room, id),
    );
  }

  function restoreHere(outage: Outage, room: string, leases: readonly KnownLease[]): number {
    const { at } = viewOf(room);
    const live = leases.filter(({ id, leaseUntil }) => leaseUntil > at && !owed.hasLeft(room, id));
    for (const lease of live) if (!outage.leases.has(lease.id)) keepLease(outage, { ...lease });
    return live.length;
  }

  function lift(room: string, proof: Proof): Promise<RoomView> {
    figures.lifts++;
    return lasting(
      room,
      () => store.lift(room, proof),
      (outage) => {
        remember(outage, proof);
        return viewOf(room);
      },
    );
  }

  return Object.assign(Object.create(store) as Store, {
    touch,
    leave,
    register,
    lift,
    setSeats: (room: string, seats: number | null) =>
      lasting(
        room,
        () => store.setSeats(room, seats),
        () => owed.setSeats(room, seats),
      ),
    restore: (room: string, leases: readonly KnownLease[]) =>
      lasting(
        room,
        () => store.restore(room, leases),
        (outage) => restoreHere(outage, room, leases),
      ),
    join: (...args: Parameters<Store['join']>) => tried(args[0], () => store.join(...args)),
    claim: (...args: Parameters<Store['claim']>) => tried(args[0], () => store.claim(...args)),
    submit: (...args: Parameters<Store['submit']>) => tried(args[0], () => store.submit(...args)),
    redeem: (...args: Parameters<Store['redeem']>) => tried(args[0], () => store.redeem(...args)),
    operate: (...args: Parameters<Store['operate']>) => tried(args[0], () => store.operate(...args)),
    call: (...args: Parameters<Store['call']>) => tried(args[0], () => store.call(...args)),
  });
}

function remember({ proofs }: Outage, proof: Proof): void {
  const known = proofs.get(proof.lane);
  if (!known || proof.epoch > known.epoch) {
    proofs.set(proof.lane, { ...proof });
  } else if (proof.epoch === known.epoch) {
    known.issued = Math.max(known.issued, proof.issued);
    known.serving = Math.max(known.serving, proof.serving);
    known.fence = Math.max(known.fence, proof.fence);
  }
}

function factsOf({ id, startedAt, leaseUntil }: KnownLease): SessionFacts {
  return { id, startedAt, leaseUntil };
}
