/** One simulated day as it stands: its clock, its dice, store, gateways, books and judge. */
import type { RoomLaw } from '../../gateway/line/words.ts';
import { Agenda } from './agenda.ts';
import { Books } from './books.ts';
import type { Day } from './day.ts';
import { SimulatedGateway } from './gateway.ts';
import type { Fate } from './gateway-words.ts';
import { Judge } from './judge.ts';
import { createRandom, type Random } from './random.ts';
import { SeatBook } from './seats.ts';
import { SimulatedStore } from './store.ts';
import type { Transitions } from './transitions.ts';

/** Utilisation is judged from here on (DESIGN §10). */
const SETTLED_MS = 30_000;
const HOUR_MS = 3_600_000;

export class World {
  readonly day: Day;
  readonly transitions: Transitions;
  readonly agenda = new Agenda();
  readonly random: Random;
  readonly store: SimulatedStore;
  readonly gateways: SimulatedGateway[];
  readonly books: Books;
  readonly judge: Judge;
  readonly seats: SeatBook | null;
  /** Numbers of honest visitors that were not let in yet. */
  readonly waiting = new Map<string, number>();
  /** Share of calls whose answer, or the call itself, is lost at this moment. */
  lostShare = 0;
  arrived = 0;
  losses = 0;
  lastLossMs = Number.NEGATIVE_INFINITY;

  constructor(day: Day, transitions: Transitions) {
    this.day = day;
    this.transitions = transitions;
    this.random = createRandom(day.seed);
    this.store = new SimulatedStore(transitions, lawOf(day));
    this.books = new Books(
      { ...day.limits, sessions: day.limits.sessions - day.limits.submitReserve },
      SETTLED_MS,
    );
    this.judge = new Judge(this.books);
    this.seats = day.seats ? new SeatBook(day.seats.count) : null;
    const fate = (): Fate => this.#fate();
    this.gateways = Array.from({ length: day.gateways }, (_, i) => {
      return new SimulatedGateway(`gateway-${i}`, transitions, this.store, fate);
    });
  }

  get nowMs(): number {
    return this.agenda.nowMs;
  }

  /** The balancer's choice; null: none is up. */
  anyGateway(): SimulatedGateway | null {
    const up =
      this.gateways.length === 1 ? this.gateways : this.gateways.filter((one) => one.isUp(this.nowMs));
    const chosen = up[this.random.below(up.length)];
    return chosen?.isUp(this.nowMs) ? chosen : null;
  }

  startsWaiting(id: string, number: number): void {
    if (this.waiting.has(id)) return;
    this.waiting.set(id, number);
    this.books.waiting(1, this.nowMs);
  }

  stopsWaiting(id: string): void {
    if (this.waiting.delete(id)) this.books.waiting(-1, this.nowMs);
  }

  #fate(): Fate {
    if (this.lostShare === 0 || !this.random.chance(this.lostShare)) return 'answered';
    return this.random.chance(0.5) ? 'lost before' : 'lost after';
  }
}

function lawOf(day: Day): RoomLaw {
  return {
    limits: { ...day.limits, seats: day.seats?.count ?? null },
    idleMs: day.idleSeconds * 1000,
    maxMs: HOUR_MS,
    submitGraceMs: day.idleSeconds * 1000,
    claimMs: day.claimSeconds * 1000,
    ticketMs: 48 * HOUR_MS,
    lanes: { default: 1 },
    state: 'open',
    launch: null,
    waitingList: false,
    maintenance: [],
  };
}
