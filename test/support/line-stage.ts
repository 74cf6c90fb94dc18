/** Where a history is played: a room in a store, three gateways, a clock moved by hand, the books and a witness. */
import type { RoomLaw } from '../../gateway/line/words.ts';
import { Books } from '../../load-tests/simulate/books.ts';
import { SimulatedGateway } from '../../load-tests/simulate/gateway.ts';
import type { Fate } from '../../load-tests/simulate/gateway-words.ts';
import { Judge } from '../../load-tests/simulate/judge.ts';
import { SimulatedStore } from '../../load-tests/simulate/store.ts';
import type { Transitions } from '../../load-tests/simulate/transitions.ts';
import { Witness } from './line-witness.ts';

const HOUR_MS = 3_600_000;
export const IDLE_MS = 60_000;
/** By then each gateway has ticked. */
export const TOLD_MS = 1100;

export const startLaw: RoomLaw = {
  limits: { sessions: 5, admissionsPerMinute: null, seats: null, submitReserve: 0 },
  idleMs: IDLE_MS,
  maxMs: HOUR_MS,
  submitGraceMs: IDLE_MS,
  claimMs: 30_000,
  ticketMs: 48 * HOUR_MS,
  lanes: { default: 1 },
  state: 'open',
  launch: null,
  waitingList: false,
  maintenance: [],
};

export class LineStage {
  nowMs = 1000;
  lastLossMs = Number.NEGATIVE_INFINITY;
  readonly transitions: Transitions;
  readonly store: SimulatedStore;
  readonly gateways: SimulatedGateway[];
  readonly books: Books;
  readonly judge: Judge;
  readonly witness: Witness;
  #fate: Fate = 'answered';

  constructor(transitions: Transitions, law: RoomLaw = startLaw) {
    this.transitions = transitions;
    this.store = new SimulatedStore(transitions, law);
    const fate = (): Fate => this.#fate;
    this.gateways = [0, 1, 2].map((i) => new SimulatedGateway(`gateway-${i}`, transitions, this.store, fate));
    this.books = new Books(law.limits, 0);
    this.judge = new Judge(this.books);
    this.witness = new Witness(this.store);
    this.tick();
    for (const gateway of this.gateways) gateway.writeDisk();
  }

  get serving(): number {
    return this.store.peek().serving;
  }

  setLimits(sessions: number, perMinute: number | null): void {
    const limits = { sessions, admissionsPerMinute: perMinute, seats: null, submitReserve: 0 };
    this.tick();
    this.store.change({ limits });
    this.tick();
    this.books.setLimits(limits, this.nowMs);
  }

  setState(state: 'open' | 'paused' | 'offline'): void {
    this.tick();
    this.store.change({ state });
    this.tick();
  }

  /** An operator's word through one gateway, at once: the others hear of it with their next tick. */
  operate(state: 'open' | 'paused' | 'offline', forMs: number | null): void {
    const until = forMs === null ? null : this.store.peek().at + forMs;
    const kind = state === 'paused' ? 'pause' : state;
    this.gateway(0).operate(this.nowMs, kind === 'open' ? { kind } : { kind, until });
    this.tick();
  }

  tick(): void {
    for (let i = 0; i < this.gateways.length; i++) this.tickOne(i);
  }

  tickOne(gateway: number): void {
    this.witness.ticking(() => this.gateway(gateway).tick(this.nowMs));
  }

  withFate<T>(fate: Fate, act: () => T): T {
    this.#fate = fate;
    const result = act();
    this.#fate = 'answered';
    return result;
  }

  gateway(index: number): SimulatedGateway {
    return this.gateways[index % this.gateways.length]!;
  }
}
