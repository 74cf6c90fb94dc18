/** The whole state of one room, as plain data; it grows with the admitted, never with those who wait. */
import type { Deadline } from './deadlines.ts';
import { decodeRoom, encodeRoom } from './room-json.ts';
import type { OperatorState, RateWord, RoomLaw } from './words.ts';

export interface Lane {
  issued: number;
  serving: number;
  /** What its weight has earned it and it has not been given yet, in numbers. */
  credit: number;
}

/** Numbers called in one second, one lane; old ones are merged. Counts of numbers; `cost` is an expectation. */
export interface Bucket {
  lane: string;
  /** Room times of its first and its last call, ms; moved on while nobody may claim. */
  since: number;
  t: number;
  from: number;
  to: number;
  called: number;
  came: number;
  /** `came` when the grace (7 s) was over. */
  cameInGrace: number;
  /** How many came in each second of the grace; empty when it is over. */
  cameByAge: number[];
  /** Call budget that is charged for it at this moment. */
  cost: number;
  old: boolean;
  /** Made by a lift: nothing is learned from it. */
  lifted: boolean;
}

export interface Session {
  id: string;
  startedAt: number;
  leaseUntil: number;
  /** Its place in `leaseEnds`: at most `leaseUntil`. */
  queuedUntil: number;
  /** Expiry of its ticket: how long `claimed` must remember it. */
  ticketUntil: number;
  lane: string;
  /** 0: not known (a restored session, or a form post of somebody new). */
  number: number;
  /** Whether its ticket is written as claimed. */
  spent: boolean;
  registered: boolean;
}

/** A late comer: called, came when no slot was free, and asks again. */
export interface Returner {
  id: string;
  lane: string;
  number: number;
  seen: number;
}

export interface Heard {
  seq: number;
  at: number;
}

/** `left`: slots, null without a limit. `silent`: so many gateways were silent when it was reckoned. */
export interface Apart {
  left: number | null;
  silent: number;
}

/** Numbers that provisional places got: places first … first + count − 1 are numbers base + 1 … base + count. */
export interface Extent {
  first: number;
  count: number;
  base: number;
}

/** Numbers called a minute, as averages over about 1 and 5 minutes of time in which somebody waited. */
export interface Pace {
  one: number;
  oneWeight: number;
  five: number;
  fiveWeight: number;
  /** Called since the last measurement. */
  pending: number;
  /** Room time since which nobody waits; 0: somebody does. */
  idleSince: number;
}

export interface Draw {
  base: number;
  /** Null until the opening; then so are the others. */
  size: number | null;
  opensAt: number | null;
  /** Null: nothing was drawn. */
  commitment: string | null;
}

export interface Room {
  name: string;
  epoch: number;
  /** Counts writes. */
  seq: number;
  fence: number;
  revision: number;
  /** Null until the room is configured: it lets nobody in. */
  law: RoomLaw | null;
  /** Room time of the last step, and what is added to the store's clock to get it. */
  at: number;
  offset: number;
  state: OperatorState;
  stateRev: number;
  /** Room time at which a paused or offline line opens by itself; null: when somebody says so. */
  stateUntil: number | null;
  seats: number | null;
  seatsRev: number;
  lanes: Record<string, Lane>;
  /** The gateways, longest unheard first: `seq` and room time of the last call of each; and the highest that was pruned. */
  gateways: Map<string, Heard>;
  prunedSeq: number;
  /** The server process that answered last. */
  server: string;
  /** Room time since which the room is stepped again and again. */
  awakeSince: number;
  /** While gateways are silent: what the others may still let in. */
  apart: Apart | null;
  /** Each gateway's last word on the rate, and room time of the newest of all; 0: there was none. */
  factors: Record<string, RateWord & { at: number }>;
  spokenAt: number;
  /** Numbers that may be called, sessions that may begin, by the rate. */
  callTokens: number;
  claimTokens: number;
  freshCalled: number;
  freshCame: number;
  oldCalled: number;
  oldCame: number;
  /** `freshCame` by the second after the call; sums up to it. */
  cameByAge: number[];
  buckets: Bucket[];
  pace: Pace;
  /** Room time of the last call that was free to call. */
  calledAt: number;
  recoverUntil: number;
  restoreUntil: number;
  /** Room time when the last hold began; 0: never. */
  heldAt: number;
  losses: number;
  /** Once its size is frozen it keeps the opening it was frozen by: a law that names another one changes no order. */
  draw: Draw | null;
  sessions: Map<string, Session>;
  /** One entry a session; a lease that was extended since is put back when its turn comes. */
  leaseEnds: Deadline[];
  /** Live sessions that have not registered. */
  unregistered: number;
  /** Sessions whose lease ended within the submit grace. */
  lapsed: Map<string, Session>;
  lapsedEnds: Deadline[];
  /** Ticket id → expiry: makes a ticket single-use. */
  claimed: Map<string, number>;
  claimedEnds: Deadline[];
  /** By lane, number and id, in the order in which they were last seen; and by lane in the order of their numbers. */
  returners: Map<string, Returner>;
  returnersByNumber: Record<string, Returner[]>;
  /** Replaced, never changed: views share it. */
  endedSessions: string[];
  admissions: number;
  /** Tickets of this epoch that were spent, and the room time until which any ticket may be good. */
  spentTickets: number;
  ticketsUntil: number;
  /** By gateway, outage and lane; the oldest go first. */
  provisional: Map<string, Extent[]>;
}

/** `epoch`: above 1 for a room that was forgotten and is made anew, so that its old tickets are void. */
export function createRoom(name: string, epoch = 1): Room {
  return {
    ...{ name, epoch, seq: 0, fence: 0, revision: 0, law: null, at: 0, offset: 0 },
    ...{ state: 'open', stateRev: 0, stateUntil: null, seats: null, seatsRev: 0 },
    lanes: { default: { issued: 0, serving: 0, credit: 0 } },
    ...{ gateways: new Map(), prunedSeq: 0, server: '', awakeSince: 0, apart: null },
    ...{ factors: {}, spokenAt: 0, callTokens: 0, claimTokens: 0 },
    // Priors: 18 of 20 called come at once, 2 of 20 of the others come late.
    ...{ freshCalled: 10, freshCame: 9, oldCalled: 10, oldCame: 1, cameByAge: [3, 3, 2, 0.5, 0.5, 0, 0] },
    buckets: [],
    pace: createPace(),
    ...{ calledAt: 0, recoverUntil: 0, restoreUntil: 0, heldAt: 0, losses: 0, draw: null },
    ...{ sessions: new Map(), leaseEnds: [], unregistered: 0, lapsed: new Map(), lapsedEnds: [] },
    ...{ claimed: new Map(), claimedEnds: [], returners: new Map(), returnersByNumber: {} },
    ...{ endedSessions: [], admissions: 0, spentTickets: 0, ticketsUntil: 0, provisional: new Map() },
  };
}

export function createPace(): Pace {
  return { one: 0, oneWeight: 0, five: 0, fiveWeight: 0, pending: 0, idleSince: 0 };
}

/** A deep copy that JSON can hold. */
export function roomToJson(room: Room): unknown {
  return encodeRoom(room);
}

/** Throws a TypeError where `json` is not what `roomToJson` made. */
export function roomFromJson(json: unknown): Room {
  return decodeRoom(json, createRoom(''));
}
