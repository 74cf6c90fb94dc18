/** One room under a clock moved by hand, and gateways that call it as real ones would. */
import { call } from '../../gateway/line/call.ts';
import { claim } from '../../gateway/line/claim.ts';
import { configure } from '../../gateway/line/configure.ts';
import { join } from '../../gateway/line/join.ts';
import { leave } from '../../gateway/line/leave.ts';
import { floorsOf } from '../../gateway/line/recover.ts';
import { createRoom, type Room } from '../../gateway/line/room.ts';
import { touch } from '../../gateway/line/touch.ts';
import type {
  Caller,
  ClaimAnswer,
  Floors,
  JoinAnswer,
  LeaveHow,
  RoomLaw,
  RoomView,
  SessionFacts,
  TicketFacts,
} from '../../gateway/line/words.ts';

export const START_MS = Date.UTC(2026, 11, 1, 15);
export const HOUR_MS = 3_600_000;

export type LawChange = Partial<Omit<RoomLaw, 'limits'>> & { limits?: Partial<RoomLaw['limits']> };

export function lawOf({ limits, ...change }: LawChange = {}): RoomLaw {
  return {
    limits: { sessions: null, admissionsPerMinute: null, seats: null, submitReserve: 0, ...limits },
    ...{ idleMs: 60_000, maxMs: HOUR_MS, submitGraceMs: 60_000, claimMs: 60_000, ticketMs: 48 * HOUR_MS },
    ...{ lanes: { default: 1 }, state: 'open', launch: null, waitingList: false, maintenance: [] },
    ...change,
  };
}

type Joined = Extract<JoinAnswer, { kind: 'joined' }>;

export class Play {
  room: Room = createRoom('event-1');
  /** The store's clock, and one that never jumps. */
  clockMs = START_MS;
  monotonicMs = 0;
  law: RoomLaw;
  revision = 1;
  view: RoomView;
  readonly #gateways = new Map<
    string,
    { at: number; seq: number; monotonicMs: number; floors: Floors | null }
  >();
  /** Gateways that are known to be dead, and the process that answers. */
  gone: string[] = [];
  server = 'server-1';
  #people = 0;

  constructor(change: LawChange = {}) {
    this.law = lawOf(change);
    this.view = this.configure();
  }

  /** As the next step of this gateway would say it. */
  caller(gateway = 'a'): Caller {
    const last = this.#gateways.get(gateway);
    const sinceMs = last ? this.monotonicMs - last.monotonicMs : 0;
    const known = { lastAt: last?.at ?? 0, sinceMs, lastSeq: last?.seq ?? 0, floors: last?.floors ?? null };
    return { gateway, gone: this.gone, server: this.server, time: this.clockMs, ...known };
  }

  configure(change: LawChange = {}, gateway = 'a'): RoomView {
    const { limits, ...others } = change;
    this.law = { ...this.law, ...others, limits: { ...this.law.limits, ...limits } };
    return this.#heard(configure(this.room, this.caller(gateway), this.law, this.revision++), gateway);
  }

  pass(ms: number): void {
    this.clockMs += ms;
    this.monotonicMs += ms;
  }

  /** Ticks each half second. */
  tick(ms = 500, gateway = 'a'): RoomView {
    for (let left = ms; left > 0; left -= 500) {
      this.pass(Math.min(500, left));
      this.call(gateway);
    }
    return this.view;
  }

  call(gateway = 'a'): RoomView {
    return this.#heard(call(this.room, this.caller(gateway)), gateway);
  }

  tryJoin(count: number, lane = 'default', gateway = 'a'): JoinAnswer {
    const ids = Array.from({ length: count }, () => `v${++this.#people}`);
    const answer = join(this.room, this.caller(gateway), lane, ids);
    this.#heard(answer.view, gateway);
    return answer;
  }

  /** Joins, and gives the newcomers' tickets in the order of their numbers. */
  join(count: number, lane = 'default', gateway = 'a'): TicketFacts[] {
    const before = this.#people;
    const answer = this.tryJoin(count, lane, gateway);
    if (answer.kind !== 'joined') throw new Error(`nobody could join: ${answer.state}`);
    return Array.from({ length: count }, (_, i) => this.#ticket(`v${before + 1 + i}`, i, answer));
  }

  claim(ticket: TicketFacts | undefined, gateway = 'a'): ClaimAnswer {
    const answer = claim(this.room, this.caller(gateway), ticket!);
    this.#heard(answer.view, gateway);
    return answer;
  }

  touch(ticket: TicketFacts | undefined, how: 'answering' | 'active' = 'active'): SessionFacts | null {
    const answer = touch(this.room, this.caller(), [{ id: ticket!.id, how }]);
    this.#heard(answer.view, 'a');
    return answer.leases[0] ?? null;
  }

  leave(ticket: TicketFacts | undefined, how: LeaveHow = 'left', gateway = 'a'): boolean {
    return leave(this.room, this.caller(gateway), ticket!.id, how, ticket);
  }

  /** Claims and sends the first answer. */
  enter(ticket: TicketFacts | undefined): ClaimAnswer {
    const answer = this.claim(ticket);
    if (answer.kind === 'admitted') this.touch(ticket);
    return answer;
  }

  /** The store comes back empty; gateways know what they knew. */
  flush(): void {
    this.room = createRoom('event-1');
    this.revision -= 1;
    configure(
      this.room,
      { ...this.caller('a'), floors: null, lastAt: 0, lastSeq: 0 },
      this.law,
      this.revision++,
    );
  }

  forgetGateways(): void {
    this.#gateways.clear();
  }

  #heard(view: RoomView, gateway: string): RoomView {
    this.view = view;
    const known = { at: view.at, seq: view.seq, monotonicMs: this.monotonicMs, floors: floorsOf(view) };
    this.#gateways.set(gateway, known);
    return view;
  }

  #ticket(id: string, index: number, { lane, epoch, first, serving, view }: Joined): TicketFacts {
    return { id, lane, epoch, number: first + index, serving, expiresAt: view.at + this.law.ticketMs };
  }
}
