/** The interface between the gateway and the line's keeper; the embedded store and Redis both implement it, one contract suite holds them to it. */
import type {
  ClaimAnswer,
  JoinAnswer,
  KnownLease,
  LeaveHow,
  Operation,
  ProvisionalPlace,
  RateWord,
  RedeemAnswer,
  RoomLaw,
  RoomView,
  TicketFacts,
  Touch,
  TouchAnswer,
} from '../line/words.ts';

/** Thrown (as a rejection) by every call whose outcome is unknown or that could not be made. */
export class StoreLost extends Error {
  readonly code = 'HG_STORE_LOST';
  override readonly name = 'StoreLost';
}

/** `at-once`: whoever waits or is inside; for rooms that were only played in. */
export type ForgetHow = 'unused' | 'at-once';

export interface Store {
  readonly kind: 'embedded' | 'redis';

  /** Opens files or connections and brings every remembered room back. Rejects when places would be lost. */
  start(): Promise<void>;
  /** Writes what is to be kept and closes. Safe to call twice. */
  stop(): Promise<void>;
  health(): 'ok' | 'lost';

  /** Writes a room's law, making the room where it is new. A lower revision than the room has seen changes nothing. */
  configure(room: string, law: RoomLaw, revision: number): Promise<RoomView>;

  /** Commands that were sent to a server; absent where the store is none. */
  commandsSent?(): number;
  /** This room's calls fail at present. What ends it is an answered call: the release tick goes on asking. */
  isLost(room: string): boolean;
  /**
   * The newest view this process has; no input or output. Undefined for a room that was never configured here. While the
   * room is lost it is the last view, whose `at` goes on by the monotonic clock.
   */
  view(room: string): RoomView | undefined;
  rooms(): Iterable<string>;
  /** Every room that the store remembers, whoever made it. */
  remembers(): Promise<Iterable<string>>;
  /** Whether another gateway did something to the room since this one looked last; cheaper than a call. */
  hasNews(room: string): Promise<boolean>;
  /** Drops a room that nobody waits in, nobody is inside of, and whose tickets were all spent or have expired; false: it is in use. */
  forget(room: string, how?: ForgetHow): Promise<boolean>;

  /** Takes `ids.length` numbers (at most 1,000) in one lane. Resolves per call; a gateway batches before. */
  join(room: string, lane: string, ids: readonly string[]): Promise<JoinAnswer>;
  /** The release tick: raises `serving` by what limits, budgets and expected no-shows allow. */
  call(room: string): Promise<RoomView>;
  claim(room: string, ticket: TicketFacts): Promise<ClaimAnswer>;
  /**
   * A form post ahead of the line: takes a slot of the whole limit, reserve included. `id` is the lapsed session's
   * (or a new one for somebody who was there before the rule). Null: no slot is free.
   */
  submit(
    room: string,
    id: string,
  ): Promise<{
    session: { id: string; startedAt: number; leaseUntil: number };
    epoch: number;
    fence: number;
  } | null>;
  touch(room: string, touches: readonly Touch[]): Promise<TouchAnswer>;
  /** Frees the slot or gives up the place; false: neither was there. */
  leave(room: string, id: string, how: LeaveHow, ticket?: TicketFacts): Promise<boolean>;
  /** The session has registered: it takes its seat for good and stays inside. */
  register(room: string, id: string): Promise<void>;
  /** The platform's or an operator's word of how many registrations are left. */
  setSeats(room: string, seats: number | null): Promise<void>;
  /** An operator's word on the line; rejects with StoreLost where it is not known whether it was done. */
  operate(room: string, operation: Operation): Promise<RoomView>;
  /** Leases that passes or a gateway's memory prove, put back after a loss; taken for one idle time. Answers how many live now. */
  restore(room: string, leases: readonly KnownLease[]): Promise<number>;
  /** A place that a gateway gave while the store was lost becomes a number: the same one whoever asks, how often ever. */
  redeem(room: string, epoch: number, place: ProvisionalPlace): Promise<RedeemAnswer>;
  /**
   * This gateway's word on the rate that the platform can bear; it counts for 5 s, and the least of all gateways' words rules. A
   * room without limits gets one by it, at once; said again with factor 1 and null it takes the last one back.
   */
  reportRate(room: string, word: RateWord): Promise<RoomView>;
  /** Raises a room to what a visitor's token proves, where the store knows less. */
  lift(
    room: string,
    proof: { epoch: number; lane: string; issued: number; serving: number; fence: number },
  ): Promise<RoomView>;
}
