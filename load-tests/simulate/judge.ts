/** Judges what visitors are told: nobody overtaken, no position grown, nobody refused or thrown out who was promised a place. */
import type { ClaimAnswer, JoinAnswer, RoomView, TicketFacts } from '../../gateway/line/words.ts';
import type { Books } from './books.ts';
import type { Faults } from './day.ts';

/** A gateway hears of others' numbers with its tick; what was given later than this before a loss may be given twice. */
const HEARD_WITHIN_MS = 1500;

export class Judge {
  readonly #books: Books;
  /** Numbers that some visitor holds, by the moment they were given; only the last few seconds. */
  readonly #given: { atMs: number; last: number }[] = [];
  #lastGiven = 0;
  #mayTieAbove = Number.POSITIVE_INFINITY;
  #highestCalled = 0;
  readonly #asked = new Set<string>();
  readonly faults = { outOfOrder: 0, positionsGrown: 0, wronglyRefused: 0, thrownOut: 0, usedTwice: 0 };
  ties = 0;
  /** Visitors whose first claim was told to come again. */
  refused = 0;

  constructor(books: Books) {
    this.#books = books;
  }

  /** The store forgot something now: what nobody else has heard of may be given again. */
  lost(nowMs: number): void {
    const heard = this.#given.filter((given) => given.atMs <= nowMs - HEARD_WITHIN_MS);
    this.#mayTieAbove = Math.min(this.#mayTieAbove, heard[heard.length - 1]?.last ?? 0);
  }

  /** `overtaken`: somebody still waits who was not called. */
  joined(nowMs: number, answer: JoinAnswer & { kind: 'joined' }, overtaken: boolean): void {
    const last = answer.first + answer.count - 1;
    if (answer.first <= this.#lastGiven) this.#judgeTwin(answer.first);
    else this.#mayTieAbove = Number.POSITIVE_INFINITY;
    if (answer.sessions.length > 0 && overtaken) this.faults.outOfOrder++;
    if (answer.sessions.length > 0) this.#called(answer.first + answer.sessions.length - 1);
    this.#lastGiven = Math.max(this.#lastGiven, last);
    this.#given.push({ atMs: nowMs, last: this.#lastGiven });
    while (this.#given.length > 1 && this.#given[1]!.atMs <= nowMs - HEARD_WITHIN_MS) this.#given.shift();
  }

  /** `honest`: the ticket was never turned into a session that ended, and has not expired. */
  claimed(ticket: TicketFacts, answer: ClaimAnswer, honest: boolean): void {
    if (!this.#asked.has(ticket.id) && (answer.kind === 'waiting' || answer.kind === 'retry')) this.refused++;
    this.#asked.add(ticket.id);
    if (answer.kind === 'waiting' && this.#isOvertaken(ticket, answer.view)) this.faults.outOfOrder++;
    const serving = answer.view.lanes[ticket.lane]?.serving ?? 0;
    if (answer.kind === 'admitted' && ticket.number > serving) this.faults.outOfOrder++;
    if (answer.kind === 'retry' || answer.kind === 'admitted') this.#called(ticket.number);
    if (honest && (answer.kind === 'used' || answer.kind === 'void')) this.faults.wronglyRefused++;
    if (!honest && answer.kind === 'admitted' && !this.#books.has(ticket.id)) this.faults.usedTwice++;
  }

  /** Of those who came when called, the share that was told to come again. */
  get refusedAtFirst(): number {
    return this.#asked.size === 0 ? 0 : this.refused / this.#asked.size;
  }

  shown(before: number, now: number): void {
    if (now > before) this.faults.positionsGrown++;
  }

  thrownOut(): void {
    this.faults.thrownOut++;
  }

  sum(): Faults {
    return {
      overLimit: this.#books.mostOverLimit,
      overRate: Math.ceil(this.#books.mostOverRate),
      ...this.faults,
    };
  }

  /** While a loss is being healed nobody is let in, so nobody overtakes. */
  #isOvertaken(ticket: TicketFacts, view: RoomView): boolean {
    return ticket.number <= this.#highestCalled && view.holdUntil <= view.at;
  }

  #judgeTwin(first: number): void {
    if (first > this.#mayTieAbove) this.ties++;
    else this.faults.outOfOrder++;
  }

  #called(number: number): void {
    this.#highestCalled = Math.max(this.#highestCalled, number);
  }
}
