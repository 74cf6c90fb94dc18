/** One visitor's stay inside: requests, touches, and an end by leaving or by falling silent. */
import type { SessionFacts, TicketFacts } from '../../gateway/line/words.ts';
import type { SimulatedGateway } from './gateway.ts';
import type { World } from './world.ts';

/** From the forwarded request to the platform's answer. */
const ANSWER_MS = { least: 50, most: 300 };
const ASK_AGAIN_MS = { least: 2000, most: 4000 };
const REPLAY_MS = { least: 1000, most: 60_000 };
/** By then every gateway has heard of an end, and none restores the session. */
const UNHEARD_MS = 1500;
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
    // Nobody leaves a page before it is there.
    this.#endsAtMs = world.nowMs + ANSWER_MS.most + world.random.exponential(visitors.staySeconds * 1000);
  }

  begin(): void {
    const { agenda, books, random } = this.#world;
    books.admit(this.#ticket.id, agenda.nowMs);
    this.#world.seats?.enter(this.#ticket.id);
    agenda.after(random.between(ANSWER_MS.least, ANSWER_MS.most), () => this.#request());
    agenda.after(this.#endsAtMs - agenda.nowMs, () => this.#end());
  }

  #request() {
    if (this.#isOver) return;
    const { agenda, books, random } = this.#world;
    const gateway = this.#world.anyGateway();
    // A page that does not load is loaded again.
    if (!gateway)
      return agenda.after(random.between(ASK_AGAIN_MS.least, ASK_AGAIN_MS.most), () => this.#request());
    books.request(this.#ticket.id, agenda.nowMs);
    if (agenda.nowMs - this.#touchedAtMs >= this.#idleMs / 4) this.#touch(gateway);
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
    const gateway = this.#world.anyGateway();
    const { seats } = day;
    if (gateway && seats && !random.chance(seats.giveUp)) this.#buy(gateway, seats.told);
    this.#close();
    const isHeard = gateway?.leave(agenda.nowMs, this.#ticket.id, 'left');
    if (isHeard && random.chance(day.visitors.replay)) this.#replayLater();
  }

  #buy(gateway: SimulatedGateway, isTold: boolean): void {
    const { nowMs, seats } = this.#world;
    if (seats?.register(this.#ticket.id, nowMs))
      gateway.sell(nowMs, this.#ticket.id, isTold ? seats.left : null);
  }

  /** A spent ticket is tried again; what a lost store forgot meanwhile is not judged. */
  #replayLater(): void {
    const { agenda, judge, random } = this.#world;
    const leftAtMs = agenda.nowMs;
    agenda.after(random.between(REPLAY_MS.least, REPLAY_MS.most), () => {
      if (this.#world.lastLossMs > leftAtMs - UNHEARD_MS) return;
      const reply = this.#world.anyGateway()?.claim(agenda.nowMs, this.#ticket);
      if (reply?.kind === 'answered') judge.claimed(this.#ticket, reply.answer, false);
    });
  }

  #close(): void {
    this.#isOver = true;
    this.#world.books.end(this.#ticket.id, this.#world.nowMs);
    this.#world.seats?.end(this.#ticket.id);
  }

  get #idleMs(): number {
    return this.#world.store.law.idleMs;
  }
}
