/** Carries out what was decided for a request: claims, joins, submits, or tells the visitor where things stand. */
import type { Settings } from '../../config/settings.ts';
import type { Clock } from '../clock.ts';
import type { RoomView } from '../line/words.ts';
import { type Store, StoreLost } from '../store/store.ts';
import type { Admission } from './admission.ts';
import { allowNumberless, allowStanding } from './admit-allow.ts';
import { createBegin } from './admit-begin.ts';
import { createAdmitInside } from './admit-inside.ts';
import { createAdmitInvited } from './admit-invited.ts';
import { createTellView, tell } from './admit-tell.ts';
import type { RequestBudget, StandingAllowances } from './budgets.ts';
import { decide } from './decide.ts';
import type { HeldPlaces } from './held-places.ts';
import type { Invitations, InvitationVerdict } from './invitations.ts';
import type { InvitedPlaces } from './invited-places.ts';
import type { Joins } from './joins.ts';
import { badKeys } from './key-files.ts';
import type { Leases } from './leases.ts';
import { createOutageAdmit } from './outage-admit.ts';
import type { Outages } from './outages.ts';
import type { Owed } from './owed.ts';
import type { OwnLimit } from './own-limit.ts';
import type { Places } from './places.ts';
import type { Price } from './price/price.ts';
import type { LiveRoom, Rooms } from './rooms.ts';
import type { Asker, Standing } from './standing.ts';
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
  outages: Outages;
  owed: Owed;
  ownLimit: OwnLimit;
  invitations: Invitations;
  invitedPlace: InvitedPlaces;
  price: Pick<Price, 'ask'>;
  protection: NewcomerWatch;
  clock: Clock;
  newId(): string;
}

/** Who hears of newcomers: what it has to say to their room is said before they take their numbers. */
export interface NewcomerWatch {
  /** `upstream`: null: as the room's rules say. */
  newcomer(room: LiveRoom, upstream: string | null): void;
  /** A session begins. */
  admitted(room: LiveRoom): void;
}

export interface AdmitAsk {
  room: LiveRoom;
  classified: Classified & { kind: 'room' };
  standing: Standing;
  asker: Asker;
  byHeader: boolean;
  wasHereBefore: boolean;
  cookie: string | undefined;
  /** The invitation that came along, and what it is worth once it was read. */
  invitation?: string | undefined;
  invited?: InvitationVerdict;
  /** What new passes are bound to. */
  bind: string | null;
  /** The client's, behind trusted proxies. */
  address: string;
}

type Ticketed = Standing & { kind: 'ticket' };
type StoreStep = 'claim' | 'submit' | 'join';

/** Where this gateway's own limit is reached: asked again then. */
const LIMIT_RETRY_MS = 5_000;

export function createAdmit(parts: AdmitParts): (ask: AdmitAsk) => Admission | Promise<Admission> {
  const { store, rooms, joins, places, tokens, held, outages, ownLimit } = parts;
  const tellView = createTellView(parts);
  const begin = createBegin(parts);
  const inside = createAdmitInside(parts);
  const withoutStore = createOutageAdmit({ ...parts, begin, tellView });
  const invited = createAdmitInvited({ ...parts, begin, tellView });

  function admit(ask: AdmitAsk): Admission | Promise<Admission> {
    const view = rooms.view(ask.room);
    const standing = ask.standing.kind === 'ticket' ? resolved(ask.standing, view) : ask.standing;
    const step = decide({ ...ask, view, standing });
    if (step === 'forward') return inside(ask, view);
    const exempt = allowStanding(parts.allowances, ask);
    if (exempt) return exempt;
    switch (step) {
      case 'claim':
      case 'submit':
      case 'join':
        return take(ask, step, standing);
      case 'allow':
        return allow(ask, view);
      case 'keep':
        return tell(ask, { state: 'held', code: 'HG_UNKNOWN_KEY', retryMs: 5_000 });
      case 'wait':
        return wait(ask, view, standing);
    }
  }

  /** A number from before the opening becomes what the draw made of it. */
  function resolved(standing: Ticketed, view: RoomView): Standing {
    return { ...standing, ticket: places.afterOpening(standing.ticket, view) };
  }

  /** While the store is lost nobody is called: a place may be among the first at this gateway all the same. */
  function wait(ask: AdmitAsk, view: RoomView, standing: Standing): Admission | Promise<Admission> {
    if (standing.kind !== 'ticket') return tellView(ask, view, null);
    const isOpenOrHeld = view.state === 'held' || view.state === 'open';
    const mayClaim = ask.byHeader || ask.asker !== 'other';
    return isOpenOrHeld && mayClaim && outages.of(ask.room.name) !== undefined
      ? take(ask, 'claim', standing)
      : tellView(ask, view, standing.ticket);
  }

  /** Asks the store; while it is lost, this gateway's own law. Without keys nothing is taken: a slot whose pass cannot be signed would be nobody's. */
  async function take(ask: AdmitAsk, step: StoreStep, standing: Standing): Promise<Admission> {
    if (!tokens.maySign()) throw badKeys('keys.path', 'the current keys are not there');
    const { name } = ask.room;
    await outages.of(name)?.returning;
    const outage = outages.of(name);
    if (outage) return takeWithout(ask, step, standing);
    try {
      return await takeFromStore(ask, step, standing);
    } catch (error) {
      if (!(error instanceof StoreLost)) throw error;
      return takeWithout(ask, step, standing);
    }
  }

  function takeFromStore(ask: AdmitAsk, step: StoreStep, standing: Standing): Promise<Admission> {
    switch (step) {
      case 'claim':
        return claim(ask, standing as Ticketed);
      case 'submit':
        return submit(ask, standing);
      case 'join':
        return join(ask);
    }
  }

  async function takeWithout(ask: AdmitAsk, step: StoreStep, standing: Standing): Promise<Admission> {
    const outage = outages.begin(ask.room.name);
    if (!outage) return tell(ask, { state: 'held', code: 'HG_STORE_LOST' });
    if (step === 'claim') return withoutStore.claim(ask, outage, standing as Ticketed);
    return withoutStore[step](ask, outage);
  }

  function claim(ask: AdmitAsk, standing: Ticketed): Promise<Admission> {
    return ownLimit.during(
      ask.room.name,
      () => claimFromStore(ask, standing),
      () => tellView(ask, rooms.view(ask.room), standing.ticket, LIMIT_RETRY_MS),
    );
  }

  async function claimFromStore(ask: AdmitAsk, { ticket, lapsedId }: Ticketed): Promise<Admission> {
    const answer = await store.claim(ask.room.name, ticket);
    switch (answer.kind) {
      case 'admitted':
        return begin(ask, answer.view, ticket, answer.session);
      case 'waiting':
        return tellView(ask, outages.seen(answer.view), ticket);
      case 'retry':
        return tellView(ask, outages.seen(answer.view), ticket, answer.retryMs);
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
    const taken = ownLimit.isFull(ask.room.name) ? null : await store.submit(ask.room.name, id);
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
    if (ask.invited?.kind === 'invited')
      return (await invited.join(ask, ask.invited, space.drop)) ?? join({ ...ask, invited: USED });
    const priced = parts.price.ask(ask.room, ask.address);
    if (priced.kind === 'refused')
      return tell(ask, { state: 'refused', code: 'HG_TOO_MANY_NUMBERS', retryMs: priced.retryMs });
    // Who gets no number is no newcomer: a network that is refused forms nobody a line.
    parts.protection.newcomer(ask.room, ask.classified.upstream);
    const joined = await joins.take(ask.room.name, priced.lane ?? ask.classified.lane, parts.newId());
    if (joined.kind === 'closed') return tellView(ask, joined.view, null);
    const ticket = places.newTicket(ask.room, joined);
    const { session } = joined;
    if (session && ownLimit.hasSlot(ask.room.name))
      return begin(ask, joined.view, joined, session, { dropRooms: space.drop });
    // The operator lets nobody in here: the slot goes back, the number stays.
    if (session) await store.leave(ask.room.name, session.id, 'unspent');
    const told = tellView(ask, outages.seen(joined.view), ticket, session ? LIMIT_RETRY_MS : null);
    return { ...told, issue: tokens.signTicket(ticket), dropRooms: space.drop };
  }

  function allow(ask: AdmitAsk, view: RoomView): Admission {
    return allowNumberless(ask) ?? tellView(ask, view, null);
  }

  /** Only who would take a number has a use for an invitation. */
  return (ask) =>
    ask.invitation === undefined || ask.asker !== 'navigation' || ask.standing.kind === 'inside'
      ? admit(ask)
      : invited.read(ask, ask.invitation).then(admit);
}

const USED: InvitationVerdict = { kind: 'refused', why: 'used' };
