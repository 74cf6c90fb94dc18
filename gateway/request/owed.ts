/** What the store is still to be told: ends, registrations and seats whose outcome is unknown are sent again, by id, the newest word alone. */
import type { LeaveHow, TicketFacts } from '../line/words.ts';
import type { Store } from '../store/store.ts';
import type { Ticket } from './token-claims.ts';

interface OwedOfSession {
  registered: boolean;
  left: { how: LeaveHow; ticket: TicketFacts | undefined } | null;
}

interface OwedOfRoom {
  sessions: Map<string, OwedOfSession>;
  /** Undefined: nothing is owed. */
  seats: number | null | undefined;
}

/** Sessions of a room whose ends are remembered; the oldest are left to lapse. */
const MOST = 20_000;
/** Sent side by side. */
const AT_ONCE = 200;

export function createOwed() {
  const rooms = new Map<string, OwedOfRoom>();

  const ofRoom = (room: string): OwedOfRoom => {
    const known = rooms.get(room) ?? { sessions: new Map<string, OwedOfSession>(), seats: undefined };
    rooms.set(room, known);
    return known;
  };
  const put = (room: string, id: string, word: Partial<OwedOfSession>) => {
    const { sessions } = ofRoom(room);
    const before = sessions.get(id) ?? { registered: false, left: null };
    sessions.set(id, { ...before, ...word });
    if (sessions.size > MOST) sessions.delete(sessions.keys().next().value as string);
  };

  return {
    leave: (room: string, id: string, how: LeaveHow, ticket?: TicketFacts) =>
      put(room, id, { left: { how, ticket } }),
    register: (room: string, id: string) => put(room, id, { registered: true }),
    setSeats(room: string, seats: number | null) {
      ofRoom(room).seats = seats;
    },
    hasLeft: (room: string, id: string) => (rooms.get(room)?.sessions.get(id)?.left ?? null) !== null,
    has: (room: string) => rooms.has(room),
    /** Rejects at the first call that fails; what was not sent stays owed. */
    async settle(room: string, store: Store): Promise<void> {
      const owed = rooms.get(room);
      if (!owed) return;
      const all = [...owed.sessions];
      for (let index = 0; index < all.length; index += AT_ONCE)
        await Promise.all(all.slice(index, index + AT_ONCE).map((one) => settleOne(store, room, owed, one)));
      // After the registrations: the platform has counted them already.
      if (owed.seats !== undefined) await settleSeats(store, room, owed);
      if (owed.sessions.size === 0 && owed.seats === undefined) rooms.delete(room);
    },
  };
}

export type Owed = ReturnType<typeof createOwed>;

async function settleOne(
  store: Store,
  room: string,
  { sessions }: OwedOfRoom,
  [id, word]: [string, OwedOfSession],
): Promise<void> {
  if (word.registered) await store.register(room, id);
  if (word.left) await sendLeave(store, room, id, word.left);
  // A newer word that came meanwhile is still owed.
  if (sessions.get(id) === word) sessions.delete(id);
}

async function sendLeave(
  store: Store,
  room: string,
  id: string,
  { how, ticket }: NonNullable<OwedOfSession['left']>,
): Promise<void> {
  const real = ticket && (await numbered(store, room, ticket));
  if (real !== null) await store.leave(room, id, how, real);
}

/** A provisional place is given up by the number that it has become; null: its line has ended. */
async function numbered(store: Store, room: string, ticket: TicketFacts): Promise<TicketFacts | null> {
  const provisional = (ticket as Partial<Ticket>).provisional ?? null;
  if (provisional === null) return ticket;
  const { lane, number: k, epoch } = ticket;
  const answer = await store.redeem(room, epoch, { ...provisional, lane, k });
  return answer.kind === 'void' ? null : { ...ticket, number: answer.number, lane: answer.lane };
}

async function settleSeats(store: Store, room: string, owed: OwedOfRoom): Promise<void> {
  const { seats } = owed;
  await store.setSeats(room, seats as number | null);
  if (owed.seats === seats) owed.seats = undefined;
}
