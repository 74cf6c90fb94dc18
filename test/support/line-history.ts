/** Plays a history of commands on a room through three gateways, and keeps the platform's books and a witness beside it. */
import type { RoomLaw, SessionFacts, TicketFacts } from '../../gateway/line/words.ts';
import { Books } from '../../load-tests/simulate/books.ts';
import { type Fate, SimulatedGateway } from '../../load-tests/simulate/gateway.ts';
import { Judge } from '../../load-tests/simulate/judge.ts';
import { SimulatedStore } from '../../load-tests/simulate/store.ts';
import type { Transitions } from '../../load-tests/simulate/transitions.ts';
import type { Command } from './line-commands.ts';
import { Witness } from './line-witness.ts';

export const IDLE_MS = 60_000;
/** One gateway ticks a step: each of the three about twice a second, never together. */
const STEP_MS = 170;
const _MOST_AT_ONCE = 12;
/** By then each gateway has ticked. */
const TOLD_MS = 1000;
/** A failover loses up to 5 s. */
const FORGOTTEN_MS = 7000;
const CLICK_MS = 10_000;
/** Leases run 1.25 × idle; room time may lag a little behind. */
const SURELY_LAPSED_MS = 1.25 * IDLE_MS + 30_000;

export const startLaw: RoomLaw = {
  limits: { sessions: 5, admissionsPerMinute: null, seats: null, submitReserve: 0 },
  idleMs: IDLE_MS,
  maxMs: 3_600_000,
  submitGraceMs: IDLE_MS,
  claimMs: 30_000,
  ticketMs: 48 * 3_600_000,
  lanes: { default: 1 },
  state: 'open',
  launch: null,
};

/** `fading`: silent too long for the platform, yet the gate's lease may still live. */
export interface Holder {
  ticket: TicketFacts;
  state: 'waiting' | 'in flight' | 'inside' | 'fading' | 'spent';
  gateway: number;
  lease: SessionFacts | null;
  lastRequestMs: number;
  spentAtMs: number;
  shownPosition: number;
  seenServing: number;
}

export class LineHistory {
  nowMs = 1000;
  readonly store: SimulatedStore;
  readonly gateways: SimulatedGateway[];
  readonly books: Books;
  readonly judge: Judge;
  readonly witness: Witness;
  readonly holders: Holder[] = [];
  readonly #transitions: Transitions;
  #fate: Fate = 'answered';
  #lastLossMs = Number.NEGATIVE_INFINITY;
  #steps = 0;
  #visitors = 0;
  #keepsCopies = false;

  constructor(transitions: Transitions, law: RoomLaw = startLaw) {
    this.#transitions = transitions;
    this.store = new SimulatedStore(transitions, law);
    const fate = (): Fate => this.#fate;
    this.gateways = [0, 1, 2].map((i) => new SimulatedGateway(`gateway-${i}`, transitions, this.store, fate));
    this.books = new Books(law.limits, 0);
    this.judge = new Judge(this.books);
    this.witness = new Witness(this.store);
    this.#tick();
    for (const gateway of this.gateways) gateway.writeDisk();
  }

  get serving(): number {
    return this.store.peek().serving;
  }

  /** Copies of the store are dear: kept only where a failover will ask for one. */
  play(commands: Command[], keepsCopies = commands.some((command) => command.do === 'fail over')): void {
    this.#keepsCopies ||= keepsCopies;
    for (const command of commands) this.#play(command);
  }

  #play(command: Command) {
    switch (command.do) {
      case 'pass':
        return this.pass(command.ms, command.stay, command.come);
      case 'join':
        return this.#join(command.gateway, command.count, command.fate);
      case 'claim':
        return this.#withHolder(command.ticket, (holder) =>
          this.claim(holder, command.gateway, command.fate),
        );
      case 'claim slowly':
        return this.#withHolder(command.ticket, (holder) =>
          this.claim(holder, command.gateway, 'answered', 'slowly'),
        );
      case 'first answer':
        return this.#firstAnswer(command.session, command.failed);
      case 'come':
        return this.#come(command.gateway, command.share);
      case 'storm':
        return this.#withHolder(command.ticket, (holder) => {
          for (let i = 0; i < 100; i++) this.claim(holder, i % 3, 'answered');
        });
      case 'look':
        return this.#withHolder(command.ticket, (holder) => this.#look(holder, command.gateway));
      case 'leave':
        return this.#leave(command.session, command.gateway, command.fate);
      case 'kill gateway':
        return this.#kill(command.gateway);
      case 'restart store':
        return this.store.restart();
      case 'fail over':
        return this.#lose(() => this.store.failOver(this.nowMs, command.lostMs));
      case 'flush':
        return this.#lose(() => this.store.flush());
      case 'jump clock':
        return this.store.jumpClock(command.seconds * 1000);
      case 'limits':
        return this.setLimits(command.sessions, command.perMinute);
      case 'state':
        return this.setState(command.state);
    }
  }

  pass(ms: number, stay: boolean, come: boolean): void {
    for (let leftMs = ms; leftMs > 0; leftMs -= STEP_MS) {
      this.nowMs += Math.min(STEP_MS, leftMs);
      this.#steps++;
      this.#tickOne(this.#steps);
      if (this.#steps % 6 === 0) for (const gateway of this.gateways) gateway.writeDisk();
      for (const holder of this.holders) this.#age(holder, stay);
      if (come) this.#come(this.#steps, 1);
      if (this.#keepsCopies) this.store.copy(this.nowMs, 6000);
    }
    if (ms >= TOLD_MS && this.nowMs - this.#lastLossMs > 40_000) this.witness.nobodyIdles();
  }

  setLimits(sessions: number, perMinute: number | null): void {
    const limits = { sessions, admissionsPerMinute: perMinute, seats: null, submitReserve: 0 };
    this.#tick();
    this.store.change({ limits });
    this.#tick();
    this.books.setLimits(limits, this.nowMs);
  }

  setState(state: 'open' | 'paused' | 'offline'): void {
    this.#tick();
    this.store.change({ state });
    this.#tick();
  }

  claim(holder: Holder, gateway: number, fate: Fate, how: 'at once' | 'slowly' = 'at once'): void {
    if (holder.state === 'fading') return;
    const before = this.store.peek();
    const reply = this.#with(fate, () => this.#gateway(gateway).claim(this.nowMs, holder.ticket));
    const heard = reply.kind === 'answered' ? reply.answer : reply.unheard;
    if (!heard) return;
    this.witness.claimed(holder.ticket, heard, before, this.nowMs);
    if (reply.kind === 'lost') {
      if (heard.kind === 'admitted') this.books.grant(holder.ticket.id, this.nowMs);
      return;
    }
    // What a lost store forgot may be told once more; the limits hold all the same (invariant 3).
    const isSpent = holder.state === 'spent' && holder.spentAtMs > this.#lastLossMs;
    if (holder.state !== 'spent' || isSpent) this.judge.claimed(holder.ticket, heard, !isSpent);
    if (heard.kind === 'admitted') this.#enter(holder, heard.session, gateway, how);
  }

  /** A leave that may not have reached the store ends the visit for the platform; the gate's session may live on. */
  leaveNow(holder: Holder, gateway: number, fate: Fate = 'answered') {
    this.#with(fate, () => this.#gateway(gateway).leave(this.nowMs, holder.ticket.id, 'left'));
    this.books.end(holder.ticket.id, this.nowMs);
    holder.state = fate === 'answered' ? 'spent' : 'fading';
    holder.spentAtMs = this.nowMs;
  }

  #enter(holder: Holder, session: SessionFacts, gateway: number, how: 'at once' | 'slowly'): void {
    this.books.admit(holder.ticket.id, this.nowMs);
    holder.lease = session;
    holder.lastRequestMs = this.nowMs;
    if (holder.state === 'inside') return;
    holder.gateway = gateway;
    holder.state = 'in flight';
    if (how === 'at once') this.#request(holder, gateway);
  }

  /** A request of somebody inside, answered: touches the lease. */
  #request(holder: Holder, gateway: number) {
    const lease = this.#gateway(gateway).keepAlive(this.nowMs, holder.lease!, 'active');
    if (!lease) return this.judge.thrownOut();
    Object.assign(holder, { lease, gateway, state: 'inside', lastRequestMs: this.nowMs });
    this.books.request(holder.ticket.id, this.nowMs);
  }

  #age(holder: Holder, stay: boolean): void {
    const silentMs = this.nowMs - holder.lastRequestMs;
    if (holder.state === 'in flight' && silentMs >= CLICK_MS) this.#keepFlying(holder);
    else if (holder.state === 'inside' && stay && silentMs >= CLICK_MS) this.#request(holder, holder.gateway);
    else if (holder.state === 'inside' && silentMs >= IDLE_MS) {
      this.books.end(holder.ticket.id, this.nowMs);
      holder.state = 'fading';
    } else if (holder.state === 'fading' && silentMs >= SURELY_LAPSED_MS) {
      holder.state = 'spent';
      holder.spentAtMs = this.nowMs;
    }
  }

  #keepFlying(holder: Holder) {
    const lease = this.#gateway(holder.gateway).keepAlive(this.nowMs, holder.lease!, 'answering');
    if (!lease) return this.judge.thrownOut();
    holder.lease = lease;
    holder.lastRequestMs = this.nowMs;
  }

  #join(gateway: number, count: number, fate: Fate): void {
    const ids = Array.from({ length: count }, () => `visitor-${this.#visitors++}`);
    const before = this.store.peek();
    const reply = this.#with(fate, () => this.#gateway(gateway).join(this.nowMs, 'default', ids));
    const heard = reply.kind === 'answered' ? reply.answer : reply.unheard;
    if (heard?.kind !== 'joined') return;
    this.witness.joined(heard, before, this.nowMs);
    if (reply.kind === 'lost') {
      for (const session of heard.sessions) this.books.grant(session.id, this.nowMs);
      return;
    }
    const overtaken = this.holders.some(
      (one) => one.state === 'waiting' && one.ticket.number > before.serving,
    );
    this.judge.joined(this.nowMs, heard, overtaken);
    ids.forEach((id, i) => {
      const holder = newHolder(id, heard.first + i, heard);
      this.holders.push(holder);
      const session = heard.sessions[i];
      if (session) this.#enter(holder, session, gateway, 'at once');
    });
  }

  /** The page asks how things stand; a store that is behind the ticket learns from it. */
  look(holder: Holder, gateway: number): void {
    if (holder.state === 'waiting') this.#gateway(gateway).see(this.nowMs, holder.ticket);
  }

  #come(gateway: number, share: number): void {
    const serving = this.store.peek().serving;
    const called = this.holders.filter((one) => one.state === 'waiting' && one.ticket.number <= serving);
    for (const holder of called.slice(0, Math.ceil(called.length * share)))
      this.claim(holder, gateway, 'answered');
  }

  /** Through one gateway after the other: they differ by up to half a second. */
  #look(holder: Holder, gateway: number): void {
    for (let i = 0; i < this.gateways.length; i++) {
      this.#gateway(gateway + i).see(this.nowMs, holder.ticket);
      const view = this.#gateway(gateway + i).view;
      if (!view || holder.state !== 'waiting') continue;
      const position = this.#transitions.shownPosition(
        holder.ticket.number,
        view.serving,
        holder.seenServing,
      );
      this.judge.shown(holder.shownPosition, position);
      holder.shownPosition = position;
      holder.seenServing = Math.max(holder.seenServing, view.serving);
    }
  }

  #leave(session: number, gateway: number, fate: Fate): void {
    const inside = this.holders.filter((holder) => holder.state === 'inside');
    if (inside.length > 0) this.leaveNow(inside[session % inside.length]!, gateway, fate);
  }

  /** A failed first answer frees the slot and spends nothing. */
  #firstAnswer(session: number, failed: boolean) {
    const flying = this.holders.filter((holder) => holder.state === 'in flight');
    const holder = flying[session % Math.max(1, flying.length)];
    if (!holder) return;
    if (!failed) return this.#request(holder, holder.gateway);
    this.#gateway(holder.gateway).leave(this.nowMs, holder.ticket.id, 'unspent');
    this.#returnUnspent(holder);
  }

  #returnUnspent(holder: Holder): void {
    this.books.end(holder.ticket.id, this.nowMs);
    holder.state = 'waiting';
    holder.lease = null;
  }

  /** Its requests in flight fail; who was answered in its last second, that no disk has seen, asks again elsewhere. */
  #kill(gateway: number): void {
    this.#gateway(gateway).kill(this.nowMs, 0, false);
    for (const holder of this.holders) {
      if (holder.gateway !== gateway) continue;
      if (holder.state === 'in flight') this.#returnUnspent(holder);
      else if (holder.state === 'inside' && this.nowMs - holder.lastRequestMs <= 1000)
        this.#request(holder, (gateway + 1) % 3);
    }
  }

  #lose(forget: () => void): void {
    this.judge.lost(this.nowMs);
    this.witness.lost();
    for (const holder of this.holders) this.#weather(holder);
    this.#lastLossMs = this.nowMs;
    forget();
  }

  /** What a loss may do to a visit that nobody has promised anything about. */
  #weather(holder: Holder): void {
    // Its end is forgotten with the store, or was not heard of by all: the session may be back.
    if (holder.state === 'spent' && this.nowMs - holder.spentAtMs <= FORGOTTEN_MS) holder.state = 'fading';
    // A first lease that was renewed looks like one that was used: nobody can tell that no answer was sent.
    if (holder.state === 'in flight') this.#request(holder, holder.gateway);
  }

  #tick(): void {
    for (let i = 0; i < this.gateways.length; i++) this.#tickOne(i);
  }

  #tickOne(gateway: number): void {
    this.witness.ticking(() => this.#gateway(gateway).tick(this.nowMs));
  }

  #with<T>(fate: Fate, act: () => T): T {
    this.#fate = fate;
    const result = act();
    this.#fate = 'answered';
    return result;
  }

  #withHolder(index: number, act: (holder: Holder) => void): void {
    const holder = this.holders[index % Math.max(1, this.holders.length)];
    if (holder) act(holder);
  }

  #gateway(index: number): SimulatedGateway {
    return this.gateways[index % this.gateways.length]!;
  }
}

function newHolder(
  id: string,
  number: number,
  answer: { lane: string; epoch: number; serving: number; view: { at: number } },
): Holder {
  const { lane, epoch, serving, view } = answer;
  return {
    ticket: { id, lane, epoch, number, serving, expiresAt: view.at + startLaw.ticketMs },
    state: 'waiting',
    gateway: 0,
    lease: null,
    lastRequestMs: 0,
    spentAtMs: Number.NEGATIVE_INFINITY,
    shownPosition: Number.POSITIVE_INFINITY,
    seenServing: 0,
  };
}
