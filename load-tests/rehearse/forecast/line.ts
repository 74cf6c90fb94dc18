/** One room in virtual time, by the line's own transitions: the same law that the gateways run, asked by one of them. */
import { call } from '../../../gateway/line/call.ts';
import { claim } from '../../../gateway/line/claim.ts';
import { configure } from '../../../gateway/line/configure.ts';
import { pollAcrossOpening, pollAfterSeconds } from '../../../gateway/line/estimate.ts';
import { join } from '../../../gateway/line/join.ts';
import { leave } from '../../../gateway/line/leave.ts';
import { createRoom } from '../../../gateway/line/room.ts';
import { register } from '../../../gateway/line/seats.ts';
import { touch } from '../../../gateway/line/touch.ts';
import type {
  Caller,
  ClaimAnswer,
  JoinAnswer,
  RoomLaw,
  RoomView,
  TicketFacts,
} from '../../../gateway/line/words.ts';

const LANE = 'default';

export class ForecastLine {
  readonly #room = createRoom('forecast');
  readonly #law: RoomLaw;
  readonly #beginsAtMs: number;
  #answeredAtMs = 0;
  view: RoomView;

  /** `beginsAtMs`: epoch ms of the beginning, which the law's opening counts from. */
  constructor(law: RoomLaw, beginsAtMs: number) {
    this.#law = law;
    this.#beginsAtMs = beginsAtMs;
    this.view = configure(this.#room, caller(beginsAtMs, 0, 0, 0), law, 1);
  }

  call(nowMs: number): RoomView {
    return this.#seen(nowMs, call(this.#room, this.#caller(nowMs)));
  }

  join(nowMs: number, ids: readonly string[]): JoinAnswer {
    const answer = join(this.#room, this.#caller(nowMs), LANE, ids);
    this.#seen(nowMs, answer.view);
    return answer;
  }

  /** Of who joined with `index` others before. */
  ticketOf(id: string, answer: Extract<JoinAnswer, { kind: 'joined' }>, index: number): TicketFacts {
    const { lane, epoch, first, serving, view } = answer;
    return { id, lane, epoch, number: first + index, serving, expiresAt: view.at + this.#law.ticketMs };
  }

  claim(nowMs: number, ticket: TicketFacts): ClaimAnswer {
    const answer = claim(this.#room, this.#caller(nowMs), ticket);
    this.#seen(nowMs, answer.view);
    return answer;
  }

  /** A request of somebody inside. */
  touch(nowMs: number, id: string): void {
    const { view } = touch(this.#room, this.#caller(nowMs), [{ id, how: 'active' }]);
    this.#seen(nowMs, view);
  }

  register(nowMs: number, id: string): void {
    // Where no seats are counted nothing follows from it.
    if (this.#law.limits.seats !== null) register(this.#room, this.#caller(nowMs), id);
  }

  leave(nowMs: number, id: string): void {
    leave(this.#room, this.#caller(nowMs), id, 'left');
    // Told to other gateways, of which there are none; the list costs as much as all else.
    this.#room.endedSessions = [];
  }

  get serving(): number {
    return this.view.lanes[LANE]?.serving ?? 0;
  }

  /** When a page at this distance asks again, s. */
  pollAfterSeconds(distance: number, random: number): number {
    return pollAcrossOpening(pollAfterSeconds(distance, this.view, random), this.view, random);
  }

  #caller(nowMs: number): Caller {
    const { at, seq } = this.view;
    return caller(this.#beginsAtMs + nowMs, at, nowMs - this.#answeredAtMs, seq);
  }

  #seen(nowMs: number, view: RoomView): RoomView {
    this.#answeredAtMs = nowMs;
    this.view = view;
    return view;
  }
}

function caller(time: number, lastAt: number, sinceMs: number, lastSeq: number): Caller {
  return { gateway: 'forecast', gone: [], server: '1', time, lastAt, sinceMs, lastSeq, floors: null };
}
