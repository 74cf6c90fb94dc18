/** The words of the line: what a transition is asked, what it answers, and what everyone may know of a room. Types only. */

/** What an operator wants of a room; `prequeue`, `soldout` and `engaged` follow from launch, seats and line. */
export type OperatorState = 'open' | 'paused' | 'offline' | 'ended';
export type ViewState = 'open' | 'engaged' | 'prequeue' | 'paused' | 'offline' | 'soldout' | 'held' | 'ended';

/** What an operator does to a line. Room times, epoch ms. */
export type Operation =
  /** Nobody is called and nobody claims; places are kept. `until`: the line opens again by itself then; null: when somebody says so. */
  | { kind: 'pause'; until: number | null }
  | { kind: 'offline'; until: number | null }
  /** Back to open; out of `ended` it begins a new epoch. */
  | { kind: 'open' }
  | { kind: 'end' };

/** A room's law: written into the room from the active revision, never from a tick's arguments. */
export interface RoomLaw {
  /** null: no limit. submitReserve is part of sessions. */
  limits: {
    sessions: number | null;
    admissionsPerMinute: number | null;
    seats: number | null;
    submitReserve: number;
  };
  idleMs: number;
  maxMs: number;
  submitGraceMs: number;
  claimMs: number;
  ticketMs: number;
  /** Weights by lane; `default` is always there. One below 1 is seen only once somebody joined it. */
  lanes: Record<string, number>;
  state: OperatorState;
  launch: LaunchLaw | null;
  /** Newcomers get numbers while it is sold out; they are called if a seat comes free. */
  waitingList: boolean;
  /** Times in which nobody is called or let in; places are kept. Room time, epoch ms, by their beginning. */
  maintenance: { from: number; until: number }[];
}

/** A gateway's word on the rate that the platform can bear; it counts for 5 s. */
export interface RateWord {
  /** `factor`: of `limits.admissionsPerMinute`, 0 to 1. `perMinute`: also where the law has none; null: no word on it. */
  factor: number;
  perMinute: number | null;
}

export interface LaunchLaw {
  /** Epoch ms. */
  opensAt: number;
  prequeueMs: number;
  /** Present where the order is drawn. The seed stays with the gateways until the opening. */
  draw: { commitment: string } | null;
}

/** The highest that a gateway has seen of a room; a store that knows less has lost something. */
export interface Floors {
  epoch: number;
  seq: number;
  fence: number;
  /** By lane. */
  lanes: Record<string, { issued: number; serving: number }>;
  outstanding: number;
  seats: number | null;
  seatsRev: number;
  state: OperatorState;
  stateRev: number;
  /** When the line opens by itself; absent in floors of version 0.1. */
  stateUntil?: number | null;
  /** The law's seats and state then: a law that says something else by now is newer than the floors. */
  lawSeats?: number | null;
  lawState?: OperatorState;
  /** `issued` when a drawn prequeue began, and the size of the draw once it is frozen. */
  drawBase: number | null;
  drawSize: number | null;
  /** By which opening it was frozen; absent in floors of version 0.1. */
  drawOpensAt?: number | null;
  drawCommitment?: string | null;
}

/** Who calls, and what its clocks say. Room time is made of it (LINE.md, rule 3). All in ms. */
export interface Caller {
  gateway: string;
  /** Gateways that this one found dead: their share of what is free is everybody's again. */
  gone: readonly string[];
  /** Which server process answers: another one than before may lack what the last one wrote. */
  server: string;
  /** The store's clock. */
  time: number;
  /** Room time in the last answer that this gateway got for the room, and its monotonic time since; 0, 0 at first. */
  lastAt: number;
  sinceMs: number;
  /** `seq` of that answer; 0 at first. */
  lastSeq: number;
  floors: Floors | null;
}

export interface LaneView {
  issued: number;
  serving: number;
}

export interface DrawView {
  commitment: string;
  /** The prequeue has begun, whatever its state: numbers are drawn. Until then there is no base. */
  hasBegun: boolean;
  base: number;
  size: number | null;
  /** Of the opening that it is made for, whatever the law says of a later one. */
  opensAt: number;
}

/** What a store tells of a room: small, the same for everybody, refreshed by the tick. */
export interface RoomView {
  room: string;
  epoch: number;
  seq: number;
  fence: number;
  revision: number;
  /** Room time of the view, ms. */
  at: number;
  state: ViewState;
  operatorState: OperatorState;
  stateRev: number;
  /** Room time at which a paused or offline line opens by itself; null: when somebody says so. */
  stateUntil: number | null;
  /** The law's window that the room is in, and its end, room time. Gateways may add a text. */
  maintenance: { until: number; text?: string | null } | null;
  /** What the law says; an operator's word may have changed it since. */
  lawState?: OperatorState;
  lanes: Record<string, LaneView>;
  /** Sums over the lanes. */
  issued: number;
  serving: number;
  /** Tickets not called yet, plus late comers seen lately. */
  waiting: number;
  returners: number;
  /** Live sessions, and the limits they are held to. */
  sessions: number;
  limits: RoomLaw['limits'];
  /** The gateways' words on the rate that are in force: the least of each; factor 1 and null: there is none. */
  rate: RateWord;
  seatsLeft: number | null;
  seatsRev: number;
  /** Called a minute, by the 1- and 5-minute averages; null while nothing was measured. */
  callsPerMinute: { one: number | null; five: number | null };
  /** Slots that a called number costs on average (LINE.md: cost). */
  cost: number;
  /** Numbers called and not yet come. */
  outstanding: number;
  /** Admissions since the room was made. */
  admissions: number;
  opensAt: number | null;
  draw: DrawView | null;
  /** Sessions that ended before their pass expires (left, or ended by the platform); newest last, bounded. */
  endedSessions: string[];
  /** Room time until which nobody is called or claimed after a loss; 0: none. */
  holdUntil: number;
  /** How often this room found out that its store had lost something. */
  losses: number;
  /** What one gateway may let in by itself if the store is lost now; null: no limit. */
  share: { slots: number | null; perMinute: number | null };
  /** Gateways that have not been heard of for a second. */
  silent: readonly string[];
}

/** What a gateway knows of a ticket from its signature. */
export interface TicketFacts {
  /** Ticket id; the session's id too. */
  id: string;
  lane: string;
  epoch: number;
  /** The number; for a drawn room after the opening, the rank. */
  number: number;
  /** `serving` of the lane when the ticket was issued. */
  serving: number;
  /** Expiry, room time ms. */
  expiresAt: number;
}

export interface SessionFacts {
  id: string;
  /** Room times, ms. */
  startedAt: number;
  leaseUntil: number;
}

/** A lease that a gateway or a pass proves. */
export interface KnownLease extends SessionFacts {
  /** Its visitor got an answer: the ticket is used up. */
  spent: boolean;
  registered: boolean;
  /** Begun while the store was lost, so that no store can know of it. */
  isNew: boolean;
}

/** A place that a gateway gave while the store was lost: its k-th of that outage, in that lane. */
export interface ProvisionalPlace {
  gateway: string;
  outage: string;
  lane: string;
  /** From 1. */
  k: number;
}

export type RedeemAnswer =
  | { kind: 'redeemed'; epoch: number; lane: string; number: number; serving: number; view: RoomView }
  /** The line that it was given in has ended. */
  | { kind: 'void'; view: RoomView };

export type JoinAnswer =
  | {
      kind: 'joined';
      epoch: number;
      lane: string;
      /** Numbers first … first + count − 1 go to the ids in their order. */
      first: number;
      count: number;
      /** So many of the first ids have sessions already. */
      sessions: SessionFacts[];
      /** `serving` of the lane. */
      serving: number;
      /** The numbers are prequeue numbers, to be drawn or called from the opening on. */
      prequeue: boolean;
      view: RoomView;
    }
  /** Nobody can join: sold out tells that it may reopen, ended does not. Paused and offline rooms give numbers. */
  | { kind: 'closed'; state: 'soldout' | 'ended'; view: RoomView };

export type ClaimAnswer =
  | { kind: 'admitted'; session: SessionFacts; epoch: number; fence: number; view: RoomView }
  /** Not called yet. */
  | { kind: 'waiting'; view: RoomView }
  /** Called, but no slot or budget at this moment, or the room is paused or recovering: ask again then. */
  | { kind: 'retry'; ahead: number; retryMs: number; view: RoomView }
  /** The ticket was turned into a session that has ended. `canSubmit`: its lease lapsed within the grace. */
  | { kind: 'used'; canSubmit: boolean; view: RoomView }
  /** Of another epoch, or expired: the place is gone. */
  | { kind: 'void'; view: RoomView };

/**
 * `answering`: the first answer is in flight: extends the first lease, spends nothing.
 * `active`: an answer below 500 was sent, or a request came: writes `claimed` the first time, leases 1.25 × idle.
 */
export interface Touch {
  id: string;
  how: 'answering' | 'active';
}

export interface TouchAnswer {
  /** By the order of the touches: the lease's end, or null where the session does not live. */
  leases: (SessionFacts | null)[];
  view: RoomView;
}

/**
 * `left`: the visitor or the platform ended it: the ticket is spent.
 * `unspent`: the first answer failed: the slot is free, the ticket stays good.
 */
export type LeaveHow = 'left' | 'unspent';
