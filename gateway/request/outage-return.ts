/** The passage back: the store that answers again is told what was done without it, before the room's newcomers go on. */
import type { KnownLease, Touch } from '../line/words.ts';
import { type Store, StoreLost } from '../store/store.ts';
import type { Outage } from './outage.ts';
import { touchKnown } from './outage-touch.ts';
import type { Outages } from './outages.ts';
import type { Owed } from './owed.ts';

export interface ReturnParts {
  /** The store itself: what fails here must be seen to fail. */
  store: Store;
  outages: Outages;
  owed: Owed;
  /** A session that neither lives nor may come back. */
  onEnded(room: string, id: string): void;
  onError(room: string, error: unknown): void;
}

/** Leases and touches in one call. */
const AT_ONCE = 500;
const MOST_ROUNDS = 3;

export type ComeBack = ReturnType<typeof createComeBack>;

export function createComeBack({ store, outages, owed, onEnded, onError }: ReturnParts) {
  /** Rooms without an outage in which something is owed, and being told. */
  const settling = new Map<string, Promise<void>>();

  /** Each step may be repeated: what fails half way is done again after the next answered call. */
  async function tell(outage: Outage): Promise<void> {
    const { room, view, proofs, places } = outage;
    for (const proof of proofs.values()) await store.lift(room, proof);
    await restore(outage);
    for (const [lane, k] of places)
      await store.redeem(room, view.epoch, { gateway: outages.gateway, outage: outage.id, lane, k });
    await touch(outage);
  }

  async function restore(outage: Outage): Promise<void> {
    const { room, leases, ended } = outage;
    const begun = [...leases.values()].filter(({ isNew }) => isNew);
    for (const some of chunks([...ended, ...begun])) await store.restore(room, some);
    told(outage, begun);
  }

  async function touch(outage: Outage): Promise<void> {
    const { room, leases } = outage;
    for (const some of chunks([...leases.values()])) {
      const known = (id: string) => leases.get(id) ?? null;
      const answer = await touchKnown(store, room, some.map(touchOf), known);
      const missing = some.filter((_, index) => answer.leases[index] === null);
      await Promise.all(missing.map(({ id }) => resume(room, id)));
      told(outage, some);
    }
  }

  /** Its lease lapsed in the store while nobody could tell it otherwise: it comes back as a late form does, within the limit. */
  async function resume(room: string, id: string): Promise<void> {
    if (owed.hasLeft(room, id)) return;
    if (!(await store.submit(room, id))) onEnded(room, id);
  }

  async function finish(room: string, outage: Outage | undefined): Promise<void> {
    try {
      // Visitors go on meanwhile: what they added is told too, within reason.
      for (let round = 0; outage && round < MOST_ROUNDS; round++) {
        if (round === 0 || outage.leases.size > 0) await tell(outage);
      }
      await owed.settle(room, store);
    } catch (error) {
      if (outage) outage.returning = null;
      if (error instanceof StoreLost) return;
      // What cannot be told must not keep the room closed for ever.
      onError(room, error);
    }
    if (outage) outages.end(outage);
  }

  function settleOnce(room: string): Promise<void> {
    const underWay = settling.get(room) ?? finish(room, undefined).finally(() => settling.delete(room));
    settling.set(room, underWay);
    return underWay;
  }

  return {
    isAwaited: (room: string): boolean => outages.known(room) !== undefined || owed.has(room),
    /** After an answered call of the room. Newcomers wait for what `returning` promises. */
    afterCall(room: string): Promise<void> {
      const outage = outages.known(room);
      if (outage?.returning) return outage.returning;
      if (!outage && !owed.has(room)) return DONE;
      if (!outage) return settleOnce(room);
      outage.returning = finish(room, outage);
      return outage.returning;
    },
  };
}

const DONE = Promise.resolve();

function told({ leases }: Outage, some: readonly KnownLease[]): void {
  for (const lease of some) if (leases.get(lease.id) === lease) leases.delete(lease.id);
}

/** Whose first answer was not sent has spent nothing. */
function touchOf({ id, spent }: KnownLease): Touch {
  return { id, how: spent ? 'active' : 'answering' };
}

function* chunks<T>(all: readonly T[]): Iterable<T[]> {
  for (let index = 0; index < all.length; index += AT_ONCE) yield all.slice(index, index + AT_ONCE);
}
