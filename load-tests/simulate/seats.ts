/** The platform's own count of seats: what is sold, and who came inside for one and found none. */
import type { Room } from '../../gateway/line/room.ts';
import type { Caller, RoomView } from '../../gateway/line/words.ts';
import type { Transitions } from './transitions.ts';

export class SeatBook {
  left: number;
  sold = 0;
  /** Visitors who filled the form and were told that it is sold out. */
  disappointed = 0;
  /** Most visitors inside without a registration, beyond the seats that were left. */
  mostOverSeats = 0;
  /** When the last one was sold. */
  soldOutAtMs: number | null = null;
  readonly #undecided = new Set<string>();

  constructor(seats: number) {
    this.left = seats;
  }

  enter(id: string): void {
    this.#undecided.add(id);
    this.mostOverSeats = Math.max(this.mostOverSeats, this.#undecided.size - this.left);
  }

  /** False: there is none left. */
  register(id: string, nowMs: number): boolean {
    this.#undecided.delete(id);
    if (this.left === 0) {
      this.disappointed++;
      return false;
    }
    this.left--;
    this.sold++;
    if (this.left === 0) this.soldOutAtMs = nowMs;
    return true;
  }

  /** Gave up, or fell silent and is out by now. */
  end(id: string): void {
    this.#undecided.delete(id);
  }
}

/** What one answer of the platform tells of a sale: first who registered, then what is left, where it says so. */
export function saleOf({ register, setSeats, viewOf }: Transitions, id: string, left: number | null) {
  return (room: Room, caller: Caller): RoomView => {
    register(room, caller, id);
    if (left !== null) setSeats(room, { ...caller, lastSeq: room.seq }, left);
    return viewOf(room);
  };
}
