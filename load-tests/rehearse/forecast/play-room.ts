/**
 * Plays the guests of one room through its line in virtual time. Pure.
 *
 * What is played: numbers, calls every half second, polls as the gate tells them, claims, stays, no-shows, impatience, sleeping
 * phones, seats, prequeue and draw. What is not: a platform that slows down, protection, gateways and stores that fail.
 *
 * Far from the front a poll changes nothing, so whoever is far is not followed: the next poll of somebody who comes near falls
 * anywhere within an interval.
 */
import type { TicketFacts } from '../../../gateway/line/words.ts';
import { Agenda } from '../../simulate/agenda.ts';
import type { Random } from '../../visitors/words.ts';
import { drawRanks } from './draw.ts';
import { ForecastLine } from './line.ts';
import type { Guest, RoomPlayed } from './words.ts';

export interface RoomPlan {
  law: ConstructorParameters<typeof ForecastLine>[0];
  beginsAtMs: number;
  guests: readonly Guest[];
  random: Random;
  /** Real ms; nothing is looked at beyond it. */
  endMs: number;
  /** Ends before `endMs` when all have come and nobody waits. */
  untilDrained: boolean;
}

const TICK_MS = 500;
const SECOND_MS = 1_000;
/** Numbers that are taken at once. */
const MOST_TOGETHER = 100;
/** From a page's “your turn” to the request for the form, and to the answer. */
const TURN_MS = 100;
/** Whoever asks more seldom is far. */
const NEAR_SECONDS = 3;

interface Waiting {
  guest: Guest;
  ticket: TicketFacts;
  polls: number;
}

export function playRoom(plan: RoomPlan): RoomPlayed {
  return new RoomPlay(plan).run();
}

class RoomPlay {
  readonly #plan: RoomPlan;
  readonly #agenda = new Agenda();
  readonly #line: ForecastLine;
  readonly #waitsMs: number[] = [];
  readonly #waiting: number[] = [];
  /** In order of their numbers. */
  #far: Waiting[] = [];
  #farFrom = 0;
  #prequeued: Waiting[] = [];
  #next = 0;
  #ids = 0;
  #inLine = 0;
  readonly #counts = { admitted: 0, walkedAway: 0, turnedAway: 0, registered: 0, mostInside: 0 };

  constructor(plan: RoomPlan) {
    this.#plan = plan;
    this.#line = new ForecastLine(plan.law, plan.beginsAtMs);
  }

  run(): RoomPlayed {
    const { endMs, untilDrained, guests } = this.#plan;
    for (let atMs = 0; atMs <= endMs; atMs += TICK_MS) {
      this.#goOnUntil(atMs);
      if (atMs > 0 && atMs % SECOND_MS === 0) this.#look();
      this.#goOnUntil(atMs + TICK_MS / 2);
      this.#tick(atMs + TICK_MS / 2);
      if (untilDrained && this.#next === guests.length && this.#inLine === 0 && this.#isDrained()) break;
    }
    return { waitsMs: this.#waitsMs, waiting: this.#waiting, ...this.#counts };
  }

  #isDrained(): boolean {
    return this.#waiting.at(-1) === 0;
  }

  #goOnUntil(atMs: number): void {
    this.#arriveUntil(atMs);
    this.#agenda.runUntil(atMs);
  }

  /** Between two calls, as whoever looks each second sees it. Numbers that nobody will call are no line any more. */
  #look(): void {
    const { state, waiting } = this.#line.view;
    this.#waiting.push(state === 'soldout' ? 0 : waiting);
  }

  #tick(nowMs: number): void {
    const view = this.#line.call(nowMs);
    this.#counts.mostInside = Math.max(this.#counts.mostInside, view.sessions);
    if (view.state === 'soldout') this.#turnAway();
    if (this.#prequeued.length > 0 && view.state !== 'prequeue') this.#open();
    this.#comeNear(nowMs);
  }

  /** Each at its time, between what others do. */
  #arriveUntil(nowMs: number): void {
    for (let coming = this.#comingUntil(nowMs); coming.length > 0; coming = this.#comingUntil(nowMs)) {
      this.#next += coming.length;
      const atMs = coming.at(-1)!.atMs;
      this.#agenda.runUntil(atMs);
      this.#arrive(coming, atMs);
    }
  }

  /** One; or several, where others wait: nobody goes straight in then, and they take their numbers together, as at a gateway. */
  #comingUntil(nowMs: number): readonly Guest[] {
    const { guests } = this.#plan;
    const most = this.#line.view.waiting > 0 ? MOST_TOGETHER : 1;
    let [to, numbers] = [this.#next, 0];
    for (let guest = guests[to]; guest && guest.atMs <= nowMs; guest = guests[to]) {
      numbers += guest.numbers;
      if (to > this.#next && numbers > most) break;
      to += 1;
    }
    return guests.slice(this.#next, to);
  }

  #arrive(coming: readonly Guest[], atMs: number): void {
    const ids = coming.flatMap(({ numbers }) => Array.from({ length: numbers }, () => `${this.#ids++}`));
    const answer = this.#line.join(atMs, ids);
    if (answer.kind === 'closed') {
      this.#counts.turnedAway += coming.length;
      return;
    }
    let index = 0;
    for (const guest of coming) {
      const ticket = this.#line.ticketOf(ids[index]!, answer, index);
      const isInside = index < answer.sessions.length;
      index += guest.numbers;
      if (!guest.comes) continue;
      if (isInside) this.#enter(guest, ticket.id);
      else this.#queue({ guest, ticket, polls: 0 }, answer.prequeue);
    }
  }

  #queue(waiting: Waiting, isPrequeue: boolean): void {
    this.#inLine += 1;
    if (isPrequeue) this.#prequeued.push(waiting);
    else this.#pause(waiting);
  }

  /** The order is drawn, where it is. Who would walk away did so before; the others ask again as they come near. */
  #open(): void {
    const opened = this.#prequeued;
    this.#prequeued = [];
    const tickets = opened.map(({ ticket }) => ticket);
    if (this.#line.view.draw !== null) drawRanks(tickets, this.#plan.random);
    const staying = opened.filter(({ guest }) => guest.walksAfterPolls === null);
    for (let gone = opened.length - staying.length; gone > 0; gone--) this.#goAway('walkedAway');
    this.#far = staying.sort((a, b) => a.ticket.number - b.ticket.number);
    this.#farFrom = 0;
  }

  #pause(waiting: Waiting): void {
    const { guest, polls, ticket } = waiting;
    const seconds = this.#line.pollAfterSeconds(this.#distance(ticket), this.#plan.random());
    const isSettled =
      guest.walksAfterPolls === null && (guest.sleep === null || polls > guest.sleep.afterPolls);
    const isLast = (this.#far.at(-1)?.ticket.number ?? 0) < ticket.number;
    if (seconds > NEAR_SECONDS && isSettled && isLast) this.#far.push(waiting);
    else this.#agenda.after(this.#restMs(waiting, seconds * SECOND_MS), () => this.#poll(waiting));
  }

  #restMs({ guest, polls }: Waiting, pollMs: number): number {
    return guest.sleep?.afterPolls === polls ? Math.max(guest.sleep.ms, pollMs) : pollMs;
  }

  #distance(ticket: TicketFacts): number {
    return ticket.number - this.#line.serving;
  }

  #comeNear(nowMs: number): void {
    for (;;) {
      const first = this.#far[this.#farFrom];
      if (first === undefined) break;
      if (this.#line.pollAfterSeconds(this.#distance(first.ticket), 0.5) > NEAR_SECONDS) break;
      this.#farFrom += 1;
      const inMs = this.#plan.random() * NEAR_SECONDS * SECOND_MS;
      this.#agenda.after(nowMs - this.#agenda.nowMs + inMs, () => this.#poll(first));
    }
    if (this.#farFrom < this.#far.length || this.#farFrom === 0) return;
    this.#far = [];
    this.#farFrom = 0;
  }

  /** Everybody learns of it at the next poll. */
  #turnAway(): void {
    while (this.#farFrom < this.#far.length) {
      this.#farFrom += 1;
      this.#goAway('turnedAway');
    }
  }

  #poll(waiting: Waiting): void {
    const { guest, ticket } = waiting;
    const { nowMs } = this.#agenda;
    const isTired = guest.walksAfterMs !== null && nowMs - guest.atMs >= guest.walksAfterMs;
    const walks = guest.walksAfterPolls !== null && waiting.polls >= guest.walksAfterPolls;
    waiting.polls += 1;
    if (isTired || walks) this.#goAway('walkedAway');
    else if (this.#line.view.state === 'soldout') this.#goAway('turnedAway');
    else if (this.#distance(ticket) > 0) this.#pause(waiting);
    else this.#agenda.after(TURN_MS, () => this.#come(waiting));
  }

  #come(waiting: Waiting): void {
    const { guest, ticket } = waiting;
    const answer = this.#line.claim(this.#agenda.nowMs, ticket);
    if (answer.kind === 'admitted') {
      this.#inLine -= 1;
      this.#enter(guest, ticket.id);
    } else if (answer.kind === 'retry') this.#agenda.after(answer.retryMs, () => this.#come(waiting));
    else if (answer.kind === 'waiting') this.#pause(waiting);
    else this.#goAway('walkedAway');
  }

  #goAway(how: 'walkedAway' | 'turnedAway'): void {
    this.#inLine -= 1;
    this.#counts[how] += 1;
  }

  #enter(guest: Guest, id: string): void {
    const nowMs = Math.max(this.#agenda.nowMs, guest.atMs);
    this.#counts.admitted += 1;
    if (guest.fillsForm) this.#counts.registered += 1;
    this.#waitsMs.push(nowMs - guest.atMs);
    this.#line.touch(nowMs, id);
    const delayMs = nowMs - this.#agenda.nowMs;
    for (let atMs = this.#plan.law.idleMs / 2; atMs < guest.stayMs; atMs += this.#plan.law.idleMs / 2)
      this.#agenda.after(delayMs + atMs, () => this.#line.touch(this.#agenda.nowMs, id));
    this.#agenda.after(delayMs + guest.stayMs, () => this.#end(guest, id));
  }

  #end({ fillsForm, leaves }: Guest, id: string): void {
    const { nowMs } = this.#agenda;
    if (fillsForm) this.#line.register(nowMs, id);
    if (leaves) this.#line.leave(nowMs, id);
    else this.#line.touch(nowMs, id);
  }
}
