/** Carries out what was decided for a request: claims, joins, submits, or tells the visitor where things stand. */
import type { Settings } from '../../config/settings.ts';
import type { Clock } from '../clock.ts';
import type { ErrorCode } from '../errors.ts';
import type { RoomView, SessionFacts } from '../line/words.ts';
import { type Store, StoreLost } from '../store/store.ts';
import type { Admission, GateState, Inside, PassOn, Tell } from './admission.ts';
import type { RequestBudget, StandingAllowances } from './budgets.ts';
import { decide } from './decide.ts';
import type { HeldPlaces } from './held-places.ts';
import type { Joins } from './joins.ts';
import type { Lease, Leases } from './leases.ts';
import { issuePass, type PassFacts, passFacts } from './passes.ts';
import type { Places } from './places.ts';
import type { LiveRoom, Rooms } from './rooms.ts';
import type { Asker, Standing } from './standing.ts';
import type { Ticket } from './token-claims.ts';
import type { Tokens } from './tokens.ts';
import type { Classified } from './words.ts';

export interface AdmitParts {
  settings: Settings;
  store: Store;
  rooms: Rooms;
  leases: Leases;
  joins: Joins;
  places: Places;
  tokens: Tokens;
  held: HeldPlaces;
  passBudget: RequestBudget;
  allowances: StandingAllowances;
  clock: Clock;
  newId(): string;
}

export interface AdmitAsk {
  room: LiveRoom;
  classified: Classified & { kind: 'room' };
  standing: Standing;
  asker: Asker;
  byHeader: boolean;
  wasHereBefore: boolean;
  cookie: string | undefined;
  /** What new passes are bound to. */
  bind: string | null;
}

export function createAdmit(parts: AdmitParts): (ask: AdmitAsk) => Admission | Promise<Admission> {
  const { settings, store, rooms, leases, joins, places, tokens, held } = parts;

  function admit(ask: AdmitAsk): Admission | Promise<Admission> {
    const view = rooms.view(ask.room);
    const standing = ask.standing.kind === 'ticket' ? resolved(ask, view) : ask.standing;
    const step = decide({ ...ask, view, standing });
    if (step === 'forward') return inside(ask, view);
    const exempt = standingAllowance(ask);
    if (exempt) return exempt;
    switch (step) {
      case 'claim':
        return guarded(ask, () => claim(ask, standing as Standing & { kind: 'ticket' }));
      case 'submit':
        return guarded(ask, () => submit(ask, standing));
      case 'join':
        return guarded(ask, () => join(ask));
      case 'allow':
        return allow(ask, view);
      case 'keep':
        return tell(ask, { state: 'held', code: 'HG_UNKNOWN_KEY', retryMs: 5_000 });
      case 'wait':
        return tellView(ask, view, standing.kind === 'ticket' ? standing.ticket : null);
    }
  }

  /** A number from before the opening becomes what the draw made of it. */
  function resolved(ask: AdmitAsk, view: RoomView): Standing {
    const standing = ask.standing as Standing & { kind: 'ticket' };
    return { ...standing, ticket: places.afterOpening(standing.ticket, view) };
  }

  async function guarded(ask: AdmitAsk, call: () => Promise<Admission>): Promise<Admission> {
    // What was taken could not be handed over: another gateway can, with the same ticket.
    if (!tokens.maySign()) return tell(ask, { state: 'held', code: 'HG_KEYS_MISSING', retryMs: 5_000 });
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof StoreLost)) throw error;
      return tell(ask, { state: 'held', code: 'HG_STORE_LOST', retryMs: 5_000 });
    }
  }

  function inside(ask: AdmitAsk, view: RoomView): Admission | Promise<Admission> {
    const { lease, pass, token } = ask.standing as Standing & { kind: 'inside' };
    lease.usedAt = parts.clock.monotonicMs();
    const overSeconds = parts.passBudget.take(lease.id, settings.passes.requestsPerMinute);
    if (overSeconds > 0) {
      return tell(ask, { state: 'refused', code: 'HG_PASS_BUDGET', retryMs: overSeconds * 1_000 });
    }
    const isRolled = lease.leaseUntil - pass.expiresAt > ask.room.settings.session.idleSeconds * 125;
    if (!isRolled || !tokens.maySign()) return passOn(lease, token, false);
    const facts: PassFacts = { ...pass, fence: view.fence };
    return issuePass(tokens, ask.room, view, facts, ask.bind, lease.leaseUntil).then((rolled) =>
      passOn(lease, rolled, true),
    );
  }

  async function begin(
    ask: AdmitAsk,
    view: RoomView,
    place: PlaceFacts,
    session: SessionFacts,
    dropRooms: readonly string[] = [],
  ): Promise<Admission> {
    const lease = leases.keep(ask.room.name, session, true);
    const pass = await issuePass(
      tokens,
      ask.room,
      view,
      passFacts(place, session, view.fence, false),
      ask.bind,
    );
    return passOn(lease, pass, true, dropRooms);
  }

  async function claim(ask: AdmitAsk, standing: Standing & { kind: 'ticket' }): Promise<Admission> {
    const { ticket, lapsedId } = standing;
    const answer = await store.claim(ask.room.name, ticket);
    switch (answer.kind) {
      case 'admitted':
        return begin(ask, answer.view, ticket, answer.session);
      case 'waiting':
        return tellView(ask, answer.view, ticket);
      case 'retry':
        return tellView(ask, answer.view, ticket, answer.retryMs);
      case 'used':
      case 'void':
        return startOver(ask, answer.view, answer.kind === 'used' && answer.canSubmit ? ticket.id : lapsedId);
    }
  }

  /** The ticket is worth nothing any more: a form may still go ahead of the line, a navigation takes a new place. */
  async function startOver(ask: AdmitAsk, view: RoomView, lapsedId: string | null): Promise<Admission> {
    if (ask.asker === 'form' && lapsedId !== null) return submit(ask, { kind: 'lapsed', id: lapsedId });
    if (ask.asker === 'navigation') return join(ask);
    return view.state === 'open' ? allow(ask, view) : tellView(ask, view, null);
  }

  async function submit(ask: AdmitAsk, standing: Standing): Promise<Admission> {
    const lapsedId =
      standing.kind === 'lapsed' ? standing.id : standing.kind === 'ticket' ? standing.lapsedId : null;
    const id = lapsedId ?? parts.newId();
    const taken = await store.submit(ask.room.name, id);
    const view = rooms.view(ask.room);
    if (taken)
      return begin(
        ask,
        view,
        { id, lane: ask.classified.lane, epoch: taken.epoch, number: 0 },
        taken.session,
      );
    return view.state === 'open'
      ? allow(ask, view)
      : tellView(ask, view, standing.kind === 'ticket' ? standing.ticket : null);
  }

  async function join(ask: AdmitAsk): Promise<Admission> {
    const space = await held.makeSpace(ask.cookie, ask.room.name);
    if (space.kind === 'ask') {
      return tell(ask, { state: 'refused', code: 'HG_TOO_MANY_PLACES', heldRooms: space.choices });
    }
    const joined = await joins.take(ask.room.name, ask.classified.lane, parts.newId());
    if (joined.kind === 'closed') return tellView(ask, joined.view, null);
    if (joined.session) return begin(ask, joined.view, joined, joined.session, space.drop);
    const ticket = places.newTicket(ask.room, joined);
    const told = tellView(ask, joined.view, ticket);
    return { ...told, issue: tokens.signTicket(ticket), dropRooms: space.drop };
  }

  function allow(ask: AdmitAsk, view: RoomView): Admission {
    const { room } = ask;
    if (room.numberless >= room.settings.allowance.inFlight) return tellView(ask, view, null);
    room.numberless++;
    return { kind: 'pass-on', state: 'allowed', inside: null, release: () => room.numberless-- };
  }

  /** A rule's standing allowance serves clients that can neither wait nor hold a ticket, line or not. */
  function standingAllowance(ask: AdmitAsk): PassOn | null {
    const { rule } = ask.classified;
    if (!rule || ask.asker === 'navigation' || ask.standing.kind === 'ticket') return null;
    const release = parts.allowances.take(rule.name, rule.allowance);
    return release ? { kind: 'pass-on', state: 'allowed', inside: null, release } : null;
  }

  function tellView(
    ask: AdmitAsk,
    view: RoomView,
    ticket: Ticket | null,
    retryMs: number | null = null,
  ): Tell {
    const told = tell(ask, { ...standingOf(view, ticket, retryMs), ticket, retryMs });
    if (ticket === null || ask.standing.kind !== 'ticket') return told;
    const newer = tokens.maySign() ? places.newer(ticket, ask.standing.ticket, view) : null;
    return newer ? { ...told, ticket: newer, issue: tokens.signTicket(newer) } : told;
  }

  function tell(ask: AdmitAsk, told: Pick<Tell, 'state' | 'code'> & Partial<Tell>): Tell {
    const code = ask.asker === 'form' && told.code === 'HG_WAITING' ? 'HG_NOT_SENT' : told.code;
    return {
      kind: 'tell',
      ticket: null,
      issue: null,
      retryMs: null,
      heldRooms: [],
      dropRooms: [],
      ...told,
      asker: ask.asker,
      code,
    };
  }

  return admit;
}

type PlaceFacts = { id: string; lane: string; epoch: number; number: number };

function passOn(lease: Lease, pass: string, isNew: boolean, dropRooms: readonly string[] = []): PassOn {
  const inside: Inside = { lease, pass, isNew, isFirst: lease.isAnswering, hasBegun: false, dropRooms };
  return { kind: 'pass-on', state: 'admitted', inside, release: null };
}

const CLOSED: Partial<Record<RoomView['state'], { state: GateState; code: ErrorCode }>> = {
  prequeue: { state: 'prequeue', code: 'HG_PREQUEUE' },
  paused: { state: 'paused', code: 'HG_PAUSED' },
  offline: { state: 'offline', code: 'HG_OFFLINE' },
  held: { state: 'held', code: 'HG_HELD' },
  soldout: { state: 'soldout', code: 'HG_SOLD_OUT' },
  ended: { state: 'ended', code: 'HG_ENDED' },
};

/** A called visitor whose slot is not free yet is still called: first at the next free slot. */
function standingOf(view: RoomView, ticket: Ticket | null, retryMs: number | null) {
  const closed = CLOSED[view.state];
  if (closed) return closed;
  const isCalled = ticket !== null && retryMs !== null;
  return { state: isCalled ? 'called' : 'waiting', code: 'HG_WAITING' } as const;
}
