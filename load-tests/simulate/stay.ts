/** One visitor's stay inside: requests, touches, and an end by leaving or by falling silent. */
import type { SessionFacts, TicketFacts } from '../../gateway/line/words.ts';
import type { SimulatedGateway } from './gateway.ts';
import type { World } from './world.ts';

/** From the forwarded request to the platform's answer. */
const ANSWER_MS = { least: 50, most: 300 };
/** Between two requests of somebody who reads and clicks. */
const CLICK_MS = 60_000;

export class SimulatedStay {
  readonly #world: World;
  readonly #ticket: TicketFacts;
  readonly #typesLong: boolean;
  readonly #endsAtMs: number;
  #lease: SessionFacts;
  #touchedAtMs = Number.NEGATIVE_INFINITY;
  #isOver = false;

  constructor(world: World, ticket: TicketFacts, session: SessionFacts) {
    const { visitors } = world.day;
    this.#world = world;
    this.#ticket = ticket;
    this.#lease = session;
    this.#typesLong = world.random.chance(visitors.typeLong);
    this.#endsAtMs = world.nowMs + world.random.exponential(visitors.staySeconds * 1000);
  }

  begin(): void {
    const { agenda, books, random } = this.#world;
    books.admit(this.#ticket.id, agenda.nowMs);
    agenda.after(random.between(ANSWER_MS.least, ANSWER_MS.most), () => this.#request());
    agenda.after(this.#endsAtMs - agenda.nowMs, () => this.#end());
  }

  #request(): void {
    if (this.#isOver) return;
    const { agenda, books } = this.#world;
    const gateway = this.#world.anyGateway();
    if (gateway) books.request(this.#ticket.id, agenda.nowMs);
    if (gateway && agenda.nowMs - this.#touchedAtMs >= this.#idleMs / 4) this.#touch(gateway);
    if (!this.#isOver) agenda.after(this.#untilNextMs(), () => this.#request());
  }

  /** Most click every minute or so; who types long is silent for most of the idle time. */
  #untilNextMs(): number {
    const { random } = this.#world;
    if (this.#typesLong) return random.between(0.5, 0.95) * this.#idleMs;
    return Math.min(1000 + random.exponential(CLICK_MS), 0.95 * this.#idleMs);
  }

  #touch(gateway: SimulatedGateway): void {
    const { agenda, judge } = this.#world;
    const lease = gateway.keepAlive(agenda.nowMs, this.#lease, 'active');
    if (lease === undefined) return;
    if (lease) {
      this.#lease = lease;
      this.#touchedAtMs = agenda.nowMs;
      return;
    }
    judge.thrownOut();
    this.#close();
  }

  #end(): void {
    if (this.#isOver) return;
    const { agenda, day, random } = this.#world;
    if (random.chance(day.visitors.fallSilent)) {
      this.#isOver = true;
      const lastAtMs = this.#world.books.lastRequestAt(this.#ticket.id) ?? agenda.nowMs;
      agenda.after(lastAtMs + this.#idleMs - agenda.nowMs, () => this.#close());
      return;
    }
    this.#close();
    this.#world.anyGateway()?.leave(agenda.nowMs, this.#ticket.id, 'left');
  }

  #close(): void {
    this.#isOver = true;
    this.#world.books.end(this.#ticket.id, this.#world.nowMs);
  }

  get #idleMs(): number {
    return this.#world.store.law.idleMs;
  }
}
