/** The room's line by its rate alone: who waits is called in order, as the tokens allow; without a rate everybody goes straight in. */
import type { Agenda } from '../agenda.ts';

const CALL_MS = 500;

interface Ticket {
  admit: () => void;
  hasLeft: boolean;
}

export class SimulatedLine {
  perMinute: number | null;
  readonly #agenda: Agenda;
  #tickets: Ticket[] = [];
  #head = 0;
  #tokens = 0;
  #atMs = 0;

  constructor(agenda: Agenda, perMinute: number | null) {
    this.#agenda = agenda;
    this.perMinute = perMinute;
    const call = (): void => {
      this.#call();
      agenda.after(CALL_MS, call);
    };
    agenda.after(CALL_MS, call);
  }

  /** Those who left are still in it until their number comes; nobody knows of them before. */
  get waiting(): number {
    return this.#tickets.length - this.#head;
  }

  join(patienceMs: number, admit: () => void): void {
    const ticket = { admit, hasLeft: false };
    this.#tickets.push(ticket);
    this.#agenda.after(patienceMs, () => {
      ticket.hasLeft = true;
    });
    this.#call();
  }

  hold(perMinute: number | null): void {
    this.#fill();
    this.perMinute = perMinute;
    this.#call();
  }

  #fill(): void {
    const { nowMs } = this.#agenda;
    const perSecond = (this.perMinute ?? 0) / 60;
    const most = Math.max(1, 2 * perSecond);
    this.#tokens = Math.min(most, this.#tokens + (perSecond * (nowMs - this.#atMs)) / 1000);
    this.#atMs = nowMs;
  }

  #call(): void {
    this.#fill();
    while (this.waiting > 0 && (this.perMinute === null || this.#tokens >= 1)) {
      const ticket = this.#tickets[this.#head++]!;
      if (ticket.hasLeft) continue;
      this.#tokens = Math.max(0, this.#tokens - 1);
      ticket.admit();
    }
    if (this.#head > 1024 && this.#head * 2 > this.#tickets.length) {
      this.#tickets = this.#tickets.slice(this.#head);
      this.#head = 0;
    }
  }
}
