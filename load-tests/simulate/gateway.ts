/** A gateway of a simulated day: what it remembers of the room, in memory and on disk, and what its calls may suffer. */
import type { Room } from '../../gateway/line/room.ts';
import type {
  Caller,
  ClaimAnswer,
  Floors,
  JoinAnswer,
  LeaveHow,
  Operation,
  RoomView,
  SessionFacts,
  TicketFacts,
  Touch,
  TouchAnswer,
} from '../../gateway/line/words.ts';
import type { Disk, Fate, Kept, Reply } from './gateway-words.ts';
import { saleOf } from './seats.ts';
import type { SimulatedStore } from './store.ts';
import type { Transitions } from './transitions.ts';

const RESTORED_A_CALL = 500;

export class SimulatedGateway {
  readonly name: string;
  readonly #transitions: Transitions;
  readonly #store: SimulatedStore;
  readonly #fate: () => Fate;
  readonly #owedTouches = new Map<string, Touch>();
  readonly #owedLeaves = new Map<string, LeaveHow>();
  /** Registrations, and the seats that the platform told with them; null: it told none. */
  readonly #owedSales = new Map<string, number | null>();
  #leases = new Map<string, Kept>();
  #floors: Floors | null = null;
  #answeredAtMs = 0;
  #lastAt = 0;
  #lastSeq = 0;
  #holdSeen = 0;
  #owesLeases = true;
  #disk: Disk = { floors: null, leases: new Map(), lastAt: 0, answeredAtMs: 0 };
  view: RoomView | null = null;
  downUntilMs = 0;

  constructor(name: string, transitions: Transitions, store: SimulatedStore, fate: () => Fate) {
    this.name = name;
    this.#transitions = transitions;
    this.#store = store;
    this.#fate = fate;
    store.serve(this);
  }

  isUp(nowMs: number): boolean {
    return nowMs >= this.downUntilMs;
  }

  /** Floors and leases go to disk each second. */
  writeDisk(): void {
    const [floors, lastAt, answeredAtMs] = [this.#floors, this.#lastAt, this.#answeredAtMs];
    this.#disk = { floors, leases: new Map(this.#leases), lastAt, answeredAtMs };
  }

  /** kill -9: back after a while with what the disk had. `keepsLeases`: an embedded store journals each one first. */
  kill(nowMs: number, downMs: number, keepsLeases: boolean): void {
    this.downUntilMs = nowMs + downMs;
    this.view = null;
    this.#floors = this.#disk.floors;
    if (!keepsLeases) this.#leases = new Map(this.#disk.leases);
    this.#owedTouches.clear();
    this.#owedLeaves.clear();
    this.#owedSales.clear();
    this.#lastAt = this.#disk.lastAt;
    this.#answeredAtMs = this.#disk.answeredAtMs;
    this.#lastSeq = this.#holdSeen = 0;
    this.#owesLeases = true;
  }

  /** The release tick, and whatever an earlier call may not have told the store. */
  tick(nowMs: number): void {
    this.#ask(
      nowMs,
      (room, caller) => this.#transitions.call(room, caller),
      (view) => view,
    );
    for (const id of this.view?.endedSessions ?? []) this.#leases.delete(id);
    if (this.#owesLeases) this.#restoreLeases(nowMs);
    if (this.#owedTouches.size > 0) this.touch(nowMs, [...this.#owedTouches.values()]);
    for (const [id, left] of this.#owedSales) this.sell(nowMs, id, left);
    for (const [id, how] of this.#owedLeaves) this.leave(nowMs, id, how);
  }

  operate(nowMs: number, operation: Operation): Reply<RoomView> {
    return this.#ask(nowMs, (room, caller) => this.#transitions.operate(room, caller, operation), itself);
  }

  join(nowMs: number, lane: string, ids: string[]): Reply<JoinAnswer> {
    const reply = this.#ask(nowMs, (room, caller) => this.#transitions.join(room, caller, lane, ids), viewIn);
    if (reply.kind === 'answered' && reply.answer.kind === 'joined') this.#keep(reply.answer.sessions);
    return reply;
  }

  claim(nowMs: number, ticket: TicketFacts): Reply<ClaimAnswer> {
    const reply = this.#ask(nowMs, (room, caller) => this.#transitions.claim(room, caller, ticket), viewIn);
    if (reply.kind === 'answered' && reply.answer.kind === 'admitted') this.#keep([reply.answer.session]);
    return reply;
  }

  /**
   * A request of somebody inside: touches the lease. A store that forgot the session takes the word of the pass
   * (`lease`), so it is proved and touched once more. Null: there is no such session; undefined: nobody answered.
   */
  keepAlive(nowMs: number, lease: SessionFacts, how: Touch['how']): SessionFacts | null | undefined {
    const touches = [{ id: lease.id, how }];
    const first = this.touch(nowMs, touches);
    if (first.kind === 'lost' || first.answer.leases[0])
      return first.kind === 'lost' ? undefined : first.answer.leases[0];
    const registered = this.#leases.get(lease.id)?.registered ?? false;
    if (!this.restore(nowMs, [{ ...lease, spent: true, registered }])) return undefined;
    const second = this.touch(nowMs, touches);
    return second.kind === 'lost' ? undefined : (second.answer.leases[0] ?? null);
  }

  /** A touch whose answer was lost is owed: the next tick sends it again. */
  touch(nowMs: number, touches: Touch[]): Reply<TouchAnswer> {
    const reply = this.#ask(nowMs, (room, caller) => this.#transitions.touch(room, caller, touches), viewIn);
    for (const touch of touches) {
      if (reply.kind === 'lost') this.#owedTouches.set(touch.id, touch);
      else this.#owedTouches.delete(touch.id);
    }
    const active = new Set(touches.filter(({ how }) => how === 'active').map(({ id }) => id));
    if (reply.kind === 'answered')
      this.#keep(
        reply.answer.leases.filter((lease) => lease !== null),
        active,
      );
    return reply;
  }

  /** The platform told of a registration and, mostly, of what is left; where nobody answered it is owed. */
  sell(nowMs: number, id: string, left: number | null): void {
    if (this.#ask(nowMs, saleOf(this.#transitions, id, left), itself).kind === 'lost')
      return void this.#owedSales.set(id, left);
    this.#owedSales.delete(id);
    const lease = this.#leases.get(id);
    if (lease) lease.registered = true;
  }

  /** Safe to repeat: a leave whose answer was lost is owed, too. False: nobody answered. */
  leave(nowMs: number, id: string, how: LeaveHow): boolean {
    this.#leases.delete(id);
    this.#owedTouches.delete(id);
    if (this.#owedSales.has(id)) {
      this.#owedLeaves.set(id, how);
      return false;
    }
    const reply = this.#ask(nowMs, (room, caller) => this.#transitions.leave(room, caller, id, how), nothing);
    if (reply.kind === 'lost') this.#owedLeaves.set(id, how);
    else this.#owedLeaves.delete(id);
    return reply.kind === 'answered';
  }

  /** A ticket that knows more than the room lifts it. */
  see(nowMs: number, ticket: TicketFacts): void {
    const { epoch, lane, number, serving } = ticket;
    const known = this.view?.lanes[lane];
    if (!this.view || (known && number <= known.issued && serving <= known.serving)) return;
    const proof = { epoch, lane, issued: number, serving, fence: 0 };
    this.#ask(nowMs, (room, caller) => this.#transitions.lift(room, caller, proof), itself);
  }

  /** False: nobody answered. */
  restore(nowMs: number, leases: Kept[]): boolean {
    const known = leases.map((lease) => ({ ...lease, isNew: false }));
    const reply = this.#ask(nowMs, (room, caller) => this.#transitions.restore(room, caller, known), nothing);
    return reply.kind === 'answered';
  }

  caller(nowMs: number): Caller {
    return {
      gateway: this.name,
      time: this.#store.clockMs(nowMs),
      lastAt: this.#lastAt,
      sinceMs: this.#lastAt === 0 ? 0 : nowMs - this.#answeredAtMs,
      ...{ lastSeq: this.#lastSeq, floors: this.#floors },
      ...{ gone: this.#store.dead(nowMs), server: `server-${this.#store.server}` },
    };
  }

  #ask<T>(
    nowMs: number,
    step: (room: Room, caller: Caller) => T,
    viewOf: (answer: T) => RoomView | null,
  ): Reply<T> {
    const fate = this.#store.isUp(nowMs) ? this.#fate() : 'lost before';
    if (fate === 'lost before') return { kind: 'lost', unheard: null };
    const answer = this.#store.run(this.caller(nowMs), step);
    if (fate === 'lost after') return { kind: 'lost', unheard: answer };
    const view = viewOf(answer);
    if (view) this.#remember(nowMs, view);
    return { kind: 'answered', answer };
  }

  #remember(nowMs: number, view: RoomView): void {
    this.view = view;
    this.#floors = this.#transitions.floorsOf(view);
    this.#lastAt = view.at;
    this.#lastSeq = view.seq;
    this.#answeredAtMs = nowMs;
    if (view.holdUntil > view.at && view.holdUntil !== this.#holdSeen) {
      this.#holdSeen = view.holdUntil;
      this.#owesLeases = true;
    }
  }

  #keep(sessions: SessionFacts[], active: ReadonlySet<string> = new Set()): void {
    for (const session of sessions) {
      const known = this.#leases.get(session.id);
      const spent = active.has(session.id) || (known?.spent ?? false);
      this.#leases.set(session.id, { ...session, spent, registered: known?.registered ?? false });
    }
  }

  #restoreLeases(nowMs: number): void {
    const at = this.view?.at;
    if (at === undefined) return;
    for (const [id, lease] of this.#leases) if (lease.leaseUntil <= at) this.#leases.delete(id);
    const leases = [...this.#leases.values()];
    let allTold = true;
    for (let i = 0; i < leases.length; i += RESTORED_A_CALL) {
      allTold = this.restore(nowMs, leases.slice(i, i + RESTORED_A_CALL)) && allTold;
    }
    this.#owesLeases = !allTold;
  }
}

const itself = (view: RoomView): RoomView => view;
const nothing = (): null => null;
const viewIn = (answer: { view: RoomView }): RoomView => answer.view;
