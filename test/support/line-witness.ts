/** Watches a room from beside: calls while nobody may be called, slots that stand empty while somebody waits, late comers passed over. */
import type { ClaimAnswer, JoinAnswer, RoomView, TicketFacts } from '../../gateway/line/words.ts';
import type { SimulatedStore } from '../../load-tests/simulate/store.ts';

/** Late comers count while they asked within 10 s; a little less, so that no boundary decides. */
const SEEN_LATELY_MS = 9000;

export class Witness {
  readonly #store: SimulatedStore;
  /** Late comers that were told to come again, by ticket. */
  readonly #late = new Map<string, { number: number; askedMs: number }>();
  #highestServing = 0;
  /** In sentences with their numbers, by invariant. */
  readonly idle: string[] = [];
  readonly passedOver: string[] = [];
  readonly calledWhileClosed: string[] = [];

  constructor(store: SimulatedStore) {
    this.#store = store;
  }

  /** A store that came back older has forgotten its late comers; they ask again. */
  lost(): void {
    this.#late.clear();
  }

  ticking(tick: () => void): void {
    tick();
    const view = this.#store.peek();
    if (!mayCall(view)) this.#judgeClosed(view);
    this.#highestServing = Math.max(this.#highestServing, view.serving);
  }

  joined(answer: JoinAnswer & { kind: 'joined' }, before: RoomView, nowMs: number): void {
    if (answer.sessions.length === 0) return;
    const ahead = this.#ahead(Number.POSITIVE_INFINITY, nowMs);
    if (ahead > 0)
      this.passedOver.push(
        `${answer.sessions.length} newcomers were let in while ${ahead} late comers waited`,
      );
    if (stayedClosed(before, answer.view))
      this.calledWhileClosed.push(`${answer.sessions.length} newcomers were let in while ${before.state}`);
    this.#highestServing = Math.max(this.#highestServing, answer.view.serving);
  }

  claimed(ticket: TicketFacts, answer: ClaimAnswer, before: RoomView, nowMs: number): void {
    const isNew = answer.view.sessions > before.sessions;
    if (answer.kind === 'admitted' && isNew) this.#judgeAdmitted(ticket, answer.view, before, nowMs);
    if (answer.kind === 'retry') this.#judgeRetry(ticket, answer.view, nowMs);
    if (answer.kind === 'retry') this.#late.set(ticket.id, { number: ticket.number, askedMs: nowMs });
    else this.#late.delete(ticket.id);
  }

  /** After ticks: whoever waits is called for each slot that nobody uses, is expected for, or is awaited for. */
  nobodyIdles(): void {
    const view = this.#store.peek();
    const { sessions, admissionsPerMinute } = view.limits;
    const uncalled = view.issued - view.serving;
    if (!mayCall(view) || sessions === null || admissionsPerMinute !== null || uncalled === 0) return;
    const free = sessions - view.sessions - view.returners - view.outstanding;
    if (free >= 1)
      this.idle.push(`${free} of ${sessions} slots stood free while ${uncalled} were not called`);
  }

  #judgeClosed(view: RoomView): void {
    if (view.serving > this.#highestServing) {
      this.calledWhileClosed.push(
        `serving rose from ${this.#highestServing} to ${view.serving} while ${view.state}`,
      );
    }
    if (view.operatorState !== 'open' && view.state !== view.operatorState) {
      this.calledWhileClosed.push(`a room that is ${view.operatorState} says it is ${view.state}`);
    }
    if (view.stateUntil !== null && view.stateUntil <= view.at)
      this.calledWhileClosed.push(`a room is ${view.state} ${view.at - view.stateUntil} ms after its time`);
  }

  #judgeAdmitted(ticket: TicketFacts, after: RoomView, before: RoomView, nowMs: number): void {
    const free = (after.limits.sessions ?? Number.POSITIVE_INFINITY) - after.sessions + 1;
    const ahead = this.#ahead(ticket.number, nowMs);
    if (free <= ahead) {
      this.passedOver.push(
        `number ${ticket.number} took one of ${free} free slots with ${ahead} late comers ahead of it`,
      );
    }
    if (stayedClosed(before, after))
      this.calledWhileClosed.push(`number ${ticket.number} was let in while ${before.state}`);
  }

  #judgeRetry(ticket: TicketFacts, view: RoomView, nowMs: number): void {
    const free = (view.limits.sessions ?? Number.POSITIVE_INFINITY) - view.sessions;
    if (!mayCall(view) || view.limits.admissionsPerMinute !== null || free <= view.returners) return;
    const ahead = this.#ahead(ticket.number, nowMs);
    this.passedOver.push(
      `number ${ticket.number} was told to wait with ${free} slots free and ${ahead} late comers ahead`,
    );
  }

  #ahead(number: number, nowMs: number): number {
    let ahead = 0;
    for (const late of this.#late.values()) {
      if (late.number < number && nowMs - late.askedMs < SEEN_LATELY_MS) ahead++;
    }
    return ahead;
  }
}

/** A pause whose time came in the very step is over. */
function stayedClosed(before: RoomView, after: RoomView): boolean {
  const isOver = before.stateUntil !== null && before.stateUntil <= after.at && before.holdUntil <= after.at;
  return !mayCall(before) && !isOver;
}

function mayCall(view: RoomView): boolean {
  return view.operatorState === 'open' && view.holdUntil <= view.at;
}
