/** Puts back what a visitor's token proves when a store came back older or empty: the session, and the numbers behind it. */
import type { RoomView } from '../line/words.ts';
import { type Store, StoreLost } from '../store/store.ts';
import type { Leases } from './leases.ts';
import type { Outages } from './outages.ts';
import type { LiveRoom } from './rooms.ts';
import type { LiftTo, Redeem, Restore } from './standing.ts';
import type { Pass, Ticket } from './token-claims.ts';

export function createRestore(store: Store, leases: Leases): Restore {
  return async (room: LiveRoom, view: RoomView, pass: Pass) => {
    if (view.endedSessions.includes(pass.id)) return null;
    const { id, startedAt, expiresAt } = pass;
    // Whoever has a pass has got an answer.
    const lease = { id, startedAt, leaseUntil: expiresAt, spent: true, registered: false, isNew: pass.isNew };
    if (pass.number > (view.lanes[pass.lane]?.serving ?? 0) || pass.epoch > view.epoch) {
      const { epoch, lane, number, fence } = pass;
      await store.lift(room.name, { epoch, lane, issued: number, serving: number, fence });
    }
    await store.restore(room.name, [lease]);
    // Whether it was news or not: another gateway may have told the store of it just before.
    return leases.touch(room.name, pass.id);
  };
}

/** A ticket that knows of higher numbers than the room does: nobody new may get them again, or be called ahead of it. */
export function createLift(store: Store): LiftTo {
  return async (room: LiveRoom, view: RoomView, ticket: Ticket) => {
    const { epoch, lane, number, serving } = ticket;
    const known = view.lanes[lane] ?? { issued: 0, serving: 0 };
    if (epoch === view.epoch && number <= known.issued && serving <= known.serving) return;
    await store.lift(room.name, {
      epoch,
      lane,
      issued: Math.max(number, serving),
      serving,
      fence: view.fence,
    });
  };
}

/** A place that a gateway, this one or another, gave while the store was lost becomes a number: the same whoever asks. */
export function createRedeem(
  store: Store,
  outages: Pick<Outages, 'of'>,
  onRedeemed: (room: LiveRoom) => void,
): Redeem {
  return async (room, ticket) => {
    await outages.of(room.name)?.returning;
    if (ticket.provisional === null || outages.of(room.name)) return ticket;
    const { lane, number: k, epoch, provisional } = ticket;
    try {
      const answer = await store.redeem(room.name, epoch, { ...provisional, lane, k });
      if (answer.kind === 'void') return null;
      onRedeemed(room);
      const { serving, view } = answer;
      const numbered = { ...ticket, number: answer.number, lane: answer.lane, provisional: null };
      return { ...numbered, serving, servingAtJoin: serving, prequeue: view.state === 'prequeue' };
    } catch (error) {
      if (error instanceof StoreLost) return ticket;
      throw error;
    }
  };
}
