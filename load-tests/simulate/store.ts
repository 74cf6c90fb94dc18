/** The store of a simulated day: one room, a clock that may be wrong, and the ways in which a store forgets. */
import type { Room } from '../../gateway/line/room.ts';
import type { Caller, RoomLaw, RoomView } from '../../gateway/line/words.ts';
import type { Transitions } from './transitions.ts';

/** Some day in 2026; room time is not counted from nought. */
const DAY_STARTS_MS = Date.UTC(2026, 8, 1);

export class SimulatedStore {
  readonly #transitions: Transitions;
  readonly #copies: { atMs: number; room: unknown }[] = [];
  readonly #gateways: { name: string; isUp(nowMs: number): boolean }[] = [];
  #room: Room;
  #isConfigured = false;
  #clockOffsetMs = 0;
  #downUntilMs = 0;
  /** Another server answers since; whoever reconnects sees it. */
  server = 1;
  law: RoomLaw;
  revision = 1;

  constructor(transitions: Transitions, law: RoomLaw) {
    this.#transitions = transitions;
    this.#room = transitions.createRoom('simulated');
    this.law = law;
  }

  serve(gateway: { name: string; isUp(nowMs: number): boolean }): void {
    this.#gateways.push(gateway);
  }

  /** Whoever asks a gateway that was killed is refused the connection. */
  dead(nowMs: number): string[] {
    return this.#gateways.filter((gateway) => !gateway.isUp(nowMs)).map(({ name }) => name);
  }

  clockMs(nowMs: number): number {
    return DAY_STARTS_MS + nowMs + this.#clockOffsetMs;
  }

  isUp(nowMs: number): boolean {
    return nowMs >= this.#downUntilMs;
  }

  /** One transition, atomic; a room that the store does not know is configured first, as a gateway would. */
  run<T>(caller: Caller, step: (room: Room, caller: Caller) => T): T {
    if (!this.#isConfigured) {
      this.#isConfigured = true;
      this.#transitions.configure(this.#room, caller, this.law, this.revision);
    }
    return step(this.#room, caller);
  }

  /** What the room is, whoever knows it. */
  peek(): RoomView {
    return this.#transitions.viewOf(this.#room);
  }

  /** A new revision, or an operator's word: written with the next call. */
  change(change: Partial<RoomLaw>): void {
    this.law = { ...this.law, ...change };
    this.revision++;
    this.#isConfigured = false;
  }

  jumpClock(byMs: number): void {
    this.#clockOffsetMs += byMs;
  }

  stop(nowMs: number, downMs: number): void {
    this.#downUntilMs = Math.max(this.#downUntilMs, nowMs + downMs);
  }

  /** Kept each half second for a failover to come back to. */
  copy(nowMs: number, keepMs: number): void {
    this.#copies.push({ atMs: nowMs, room: this.#transitions.roomToJson(this.#room) });
    while (this.#copies.length > 1 && this.#copies[1]!.atMs <= nowMs - keepMs) this.#copies.shift();
  }

  /** A clean restart: what was written is read again. */
  restart(): void {
    this.#room = this.#transitions.roomFromJson(this.#transitions.roomToJson(this.#room));
  }

  /** Comes back as it was `lostMs` ago, or as empty as it began. */
  failOver(nowMs: number, lostMs: number) {
    this.server++;
    const copies = this.#copies.filter((copy) => copy.atMs <= nowMs - lostMs);
    const last = copies[copies.length - 1];
    if (!last) return this.flush();
    this.#room = this.#transitions.roomFromJson(last.room);
    this.#isConfigured = false;
  }

  flush(): void {
    this.#room = this.#transitions.createRoom('simulated');
    this.#copies.length = 0;
    this.#isConfigured = false;
  }

  /** An embedded store that did not exit cleanly counts as one that lost something (LINE.md, rule 14). */
  markLoss(caller: Caller): void {
    this.run(caller, (room) => this.#transitions.markLoss(room, caller));
  }
}
