/** Plays a history of commands on a room through three gateways: each command is one thing that may happen. */
import type { Fate } from '../../load-tests/simulate/gateway-words.ts';
import type { Command } from './line-commands.ts';
import { TOLD_MS } from './line-stage.ts';
import { type Holder, LineVisits, newHolder } from './line-visits.ts';

/** One gateway ticks a step: each of the three about twice a second, never together. */
const STEP_MS = 170;
const DISK_STEPS = 6;
const COPIES_KEPT_MS = 6000;
/** Claim windows (30 s) in which numbers were called by a lift say little of who is expected. */
const HEALED_MS = 40_000;

export class LineHistory extends LineVisits {
  #steps = 0;
  #visitors = 0;
  #keepsCopies = false;

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
        return this.#withHolder(command.ticket, (holder) => this.lookAround(holder, command.gateway));
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
      case 'operate':
        return this.operate(command.state, command.forMs);
    }
  }

  pass(ms: number, stay: boolean, come: boolean): void {
    for (let leftMs = ms; leftMs > 0; leftMs -= STEP_MS) {
      this.nowMs += Math.min(STEP_MS, leftMs);
      this.#steps++;
      this.tickOne(this.#steps);
      if (this.#steps % DISK_STEPS === 0) for (const gateway of this.gateways) gateway.writeDisk();
      for (const holder of this.holders) this.age(holder, stay);
      if (come) this.#come(this.#steps, 1);
      if (this.#keepsCopies) this.store.copy(this.nowMs, COPIES_KEPT_MS);
    }
    if (ms >= TOLD_MS && this.nowMs - this.lastLossMs > HEALED_MS) this.witness.nobodyIdles();
  }

  #join(gateway: number, count: number, fate: Fate): void {
    const ids = Array.from({ length: count }, () => `visitor-${this.#visitors++}`);
    const before = this.store.peek();
    const reply = this.withFate(fate, () => this.gateway(gateway).join(this.nowMs, 'default', ids));
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
      if (session) this.enter(holder, session, gateway, 'at once');
    });
  }

  #come(gateway: number, share: number): void {
    const serving = this.store.peek().serving;
    const called = this.holders.filter((one) => one.state === 'waiting' && one.ticket.number <= serving);
    for (const holder of called.slice(0, Math.ceil(called.length * share)))
      this.claim(holder, gateway, 'answered');
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
    if (!failed) return this.request(holder, holder.gateway);
    this.gateway(holder.gateway).leave(this.nowMs, holder.ticket.id, 'unspent');
    this.returnUnspent(holder);
  }

  /** Its requests in flight fail; who was answered in its last second, that no disk has seen, asks again elsewhere. */
  #kill(gateway: number): void {
    this.gateway(gateway).kill(this.nowMs, 0, false);
    for (const holder of this.holders) {
      if (holder.gateway !== gateway) continue;
      if (holder.state === 'in flight') this.returnUnspent(holder);
      else if (holder.state === 'inside' && this.nowMs - holder.lastRequestMs <= TOLD_MS)
        this.request(holder, (gateway + 1) % 3);
    }
  }

  #lose(forget: () => void): void {
    this.judge.lost(this.nowMs);
    this.witness.lost();
    for (const holder of this.holders) this.weather(holder);
    this.lastLossMs = this.nowMs;
    // Two losses are not one moment: a gateway tells them apart by the end of the hold.
    this.nowMs += 1;
    forget();
  }

  #withHolder(index: number, act: (holder: Holder) => void): void {
    const holder = this.holders[index % Math.max(1, this.holders.length)];
    if (holder) act(holder);
  }
}
