/** One simulated visitor's way: takes a number, looks when told to, comes when called or does not, stays, goes. */
import type { SessionFacts, TicketFacts } from '../../gateway/line/words.ts';
import { SimulatedStay } from './stay.ts';
import type { World } from './world.ts';

/** A page that got no answer asks again. */
const ASK_AGAIN_MS = { least: 2000, most: 4000 };
/** From the page's "your turn" to the request for the form. */
const TURN_MS = { least: 50, most: 150 };
const LATE_LOOK_MS = { least: 90_000, most: 300_000 };

export class SimulatedVisitor {
  readonly #world: World;
  readonly #id: string;
  readonly #comes: boolean;
  readonly #isLate: boolean;
  #ticket: TicketFacts | null = null;
  /** What this visitor's page saw last. */
  #seenServing = 0;
  #shownPosition = Number.POSITIVE_INFINITY;

  constructor(world: World, id: string) {
    const { visitors } = world.day;
    this.#world = world;
    this.#id = id;
    this.#comes = !world.random.chance(visitors.noShows);
    this.#isLate = world.random.chance(visitors.late);
  }

  join() {
    const world = this.#world;
    const gateway = world.anyGateway();
    const reply = gateway?.join(world.nowMs, 'default', [this.#id]);
    if (!reply || reply.kind === 'lost') return this.#later(ASK_AGAIN_MS, () => this.join());
    if (reply.answer.kind === 'closed') return;
    const { answer } = reply;
    world.judge.joined(
      world.nowMs,
      answer,
      answer.sessions.length > 0 && this.#isAnyoneUncalled(answer.serving),
    );
    this.#ticket = {
      id: this.#id,
      lane: answer.lane,
      epoch: answer.epoch,
      number: answer.first,
      serving: answer.serving,
      expiresAt: answer.view.at + world.store.law.ticketMs,
    };
    const session = answer.sessions[0];
    if (session) return this.#enter(session);
    if (!this.#comes) return;
    world.startsWaiting(this.#id, answer.first);
    this.#look();
  }

  #look() {
    const world = this.#world;
    const ticket = this.#ticket;
    const gateway = world.anyGateway();
    if (ticket) gateway?.see(world.nowMs, ticket);
    const view = gateway?.view;
    if (!ticket || !view) return this.#later(ASK_AGAIN_MS, () => this.#look());
    const serving = view.lanes[ticket.lane]?.serving ?? 0;
    const position = world.transitions.shownPosition(ticket.number, serving, this.#seenServing);
    world.judge.shown(this.#shownPosition, position);
    this.#shownPosition = position;
    this.#seenServing = Math.max(this.#seenServing, serving);
    if (position === 0) return this.#later(TURN_MS, () => this.#claim());
    if (this.#isLate) return this.#later(LATE_LOOK_MS, () => this.#look());
    const pollSeconds = world.transitions.pollAfterSeconds(position, view, world.random.next());
    world.agenda.after(pollSeconds * 1000, () => this.#look());
  }

  #claim() {
    const world = this.#world;
    const ticket = this.#ticket!;
    const gateway = world.anyGateway();
    const reply = gateway?.claim(world.nowMs, ticket);
    if (reply?.kind === 'lost' && reply.unheard?.kind === 'admitted')
      world.books.grant(this.#id, world.nowMs);
    if (!reply || reply.kind === 'lost') return this.#later(ASK_AGAIN_MS, () => this.#claim());
    const { answer } = reply;
    world.judge.claimed(ticket, answer, true);
    if (answer.kind === 'admitted') return this.#enter(answer.session);
    if (answer.kind === 'retry') return world.agenda.after(answer.retryMs, () => this.#claim());
    if (answer.kind === 'waiting') return this.#later(ASK_AGAIN_MS, () => this.#look());
    world.stopsWaiting(this.#id);
  }

  #enter(session: SessionFacts): void {
    this.#world.stopsWaiting(this.#id);
    new SimulatedStay(this.#world, this.#ticket!, session).begin();
  }

  #isAnyoneUncalled(serving: number): boolean {
    for (const number of this.#world.waiting.values()) if (number > serving - 1) return true;
    return false;
  }

  #later(range: { least: number; most: number }, then: () => void): void {
    this.#world.agenda.after(this.#world.random.between(range.least, range.most), then);
  }
}
