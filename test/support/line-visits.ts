/** The visits of a history: who holds a ticket, who is inside, and what each request and each loss does to them. */
import type { SessionFacts, TicketFacts } from '../../gateway/line/words.ts';
import type { Fate } from '../../load-tests/simulate/gateway-words.ts';
import { IDLE_MS, LineStage, startLaw, TOLD_MS } from './line-stage.ts';

const CLICK_MS = 10_000;
/** Leases run 1.25 × idle; room time may lag a little behind. */
const SURELY_LAPSED_MS = 1.25 * IDLE_MS + 30_000;
/** A failover loses up to 5 s. */
const FORGOTTEN_MS = 7000;

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

export class LineVisits extends LineStage {
  readonly holders: Holder[] = [];

  claim(holder: Holder, gateway: number, fate: Fate, how: 'at once' | 'slowly' = 'at once'): void {
    if (holder.state === 'fading') return;
    const before = this.store.peek();
    const reply = this.withFate(fate, () => this.gateway(gateway).claim(this.nowMs, holder.ticket));
    const heard = reply.kind === 'answered' ? reply.answer : reply.unheard;
    if (!heard) return;
    this.witness.claimed(holder.ticket, heard, before, this.nowMs);
    if (reply.kind === 'lost') {
      if (heard.kind === 'admitted') this.books.grant(holder.ticket.id, this.nowMs);
      return;
    }
    // What a lost store forgot may be told once more; the limits hold all the same (invariant 3).
    const isSpent = holder.state === 'spent' && holder.spentAtMs > this.lastLossMs;
    if (holder.state !== 'spent' || isSpent) this.judge.claimed(holder.ticket, heard, !isSpent);
    if (heard.kind === 'admitted') this.enter(holder, heard.session, gateway, how);
  }

  /** A leave that may not have reached the store ends the visit for the platform; the gate's session may live on. */
  leaveNow(holder: Holder, gateway: number, fate: Fate = 'answered') {
    this.withFate(fate, () => this.gateway(gateway).leave(this.nowMs, holder.ticket.id, 'left'));
    this.books.end(holder.ticket.id, this.nowMs);
    // A room that is just healing may know the session only after it was left.
    const isHeard = fate === 'answered' && this.nowMs - this.lastLossMs > TOLD_MS;
    holder.state = isHeard ? 'spent' : 'fading';
    holder.spentAtMs = this.nowMs;
  }

  enter(holder: Holder, session: SessionFacts, gateway: number, how: 'at once' | 'slowly') {
    this.books.admit(holder.ticket.id, this.nowMs);
    holder.lease = session;
    if (holder.state === 'inside') return this.request(holder, gateway);
    holder.lastRequestMs = this.nowMs;
    holder.gateway = gateway;
    holder.state = 'in flight';
    if (how === 'at once') this.request(holder, gateway);
  }

  /** A request of somebody inside, answered: touches the lease. */
  request(holder: Holder, gateway: number) {
    const lease = this.gateway(gateway).keepAlive(this.nowMs, holder.lease!, 'active');
    if (!lease) return this.judge.thrownOut();
    Object.assign(holder, { lease, gateway, state: 'inside', lastRequestMs: this.nowMs });
    this.books.request(holder.ticket.id, this.nowMs);
  }

  age(holder: Holder, stay: boolean): void {
    const silentMs = this.nowMs - holder.lastRequestMs;
    if (holder.state === 'in flight' && silentMs >= CLICK_MS) this.keepFlying(holder);
    else if (holder.state === 'inside' && stay && silentMs >= CLICK_MS) this.request(holder, holder.gateway);
    else if (holder.state === 'inside' && silentMs >= IDLE_MS) {
      this.books.end(holder.ticket.id, this.nowMs);
      holder.state = 'fading';
    } else if (holder.state === 'fading' && silentMs >= SURELY_LAPSED_MS) {
      holder.state = 'spent';
      holder.spentAtMs = this.nowMs;
    }
  }

  keepFlying(holder: Holder) {
    const lease = this.gateway(holder.gateway).keepAlive(this.nowMs, holder.lease!, 'answering');
    if (!lease) return this.judge.thrownOut();
    holder.lease = lease;
    holder.lastRequestMs = this.nowMs;
  }

  /** The page asks how things stand; a store that is behind the ticket learns from it. */
  look(holder: Holder, gateway: number): void {
    if (holder.state === 'waiting') this.gateway(gateway).see(this.nowMs, holder.ticket);
  }

  /** Through one gateway after the other: they differ by up to half a second. */
  lookAround(holder: Holder, gateway: number): void {
    for (let i = 0; i < this.gateways.length; i++) {
      this.gateway(gateway + i).see(this.nowMs, holder.ticket);
      const view = this.gateway(gateway + i).view;
      if (!view || holder.state !== 'waiting') continue;
      const position = this.transitions.shownPosition(holder.ticket.number, view.serving, holder.seenServing);
      this.judge.shown(holder.shownPosition, position);
      holder.shownPosition = position;
      holder.seenServing = Math.max(holder.seenServing, view.serving);
    }
  }

  returnUnspent(holder: Holder): void {
    this.books.end(holder.ticket.id, this.nowMs);
    holder.state = 'waiting';
    holder.lease = null;
  }

  /** What a loss may do to a visit that nobody has promised anything about. */
  weather(holder: Holder): void {
    // Its end is forgotten with the store, or was not heard of by all: the session may be back.
    if (holder.state === 'spent' && this.nowMs - holder.spentAtMs <= FORGOTTEN_MS) holder.state = 'fading';
    // A first lease that was renewed looks like one that was used: nobody can tell that no answer was sent.
    if (holder.state === 'in flight') this.request(holder, holder.gateway);
  }
}

export function newHolder(
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
