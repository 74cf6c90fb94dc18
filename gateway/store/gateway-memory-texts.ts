/** The rooms as lines: a room that did not change is not made into text again, and all leases together stay within a bound. */
import type { KnownLease } from '../line/words.ts';
import type { MemoryWriterParts, RememberedRoom, RoomEntry } from './gateway-memory.ts';
import { roomLines } from './gateway-memory-file.ts';

export interface RoomTexts {
  /** Something differs from what is on the disk. */
  areNews(): boolean;
  lines(): Iterable<string>;
  /** Rooms in the last round of `lines`. */
  count(): number;
  /** What `lines` gave last is on the disk. */
  written(): void;
}

interface RoomText {
  changed: number;
  /** Leases that run, and how many of them are in the lines. */
  leases: number;
  kept: number;
  lines: string[];
}

export const MOST_LEASES = 50_000;
/** No room counts below it. */
const UNCHANGED = -1;

type Sources = Pick<MemoryWriterParts, 'rooms' | 'remembered' | 'clock'>;

export function createRoomTexts(
  { rooms, remembered = new Map(), clock }: Sources,
  onBound: (facts: { leases: number; kept: number }) => void,
): RoomTexts {
  const waiting = new Map(remembered);
  let texts = new Map<string, RoomText>();
  let written = new Map<string, number>();
  /** Of the round before; this one's are known when it is over. */
  let leases = 0;

  function* entries(): Iterable<RoomEntry> {
    for (const entry of rooms()) {
      // It is this process's own from now on, and may be forgotten like any other.
      waiting.delete(entry[0]);
      yield entry;
    }
    for (const [name, room] of waiting) {
      if (clock.wallMs() - room.heardWallMs > room.law.ticketMs) waiting.delete(name);
      else yield [name, UNCHANGED, () => room];
    }
  }

  function* lines(): Iterable<string> {
    const next = new Map<string, RoomText>();
    const share = Math.min(1, MOST_LEASES / leases);
    let [all, kept] = [0, 0];
    for (const [name, changed, make] of entries()) {
      const most = (count: number) => Math.min(MOST_LEASES - kept, Math.floor(count * share));
      const text = yield* linesOf(name, changed, make, most);
      next.set(name, text);
      all += text.leases;
      kept += text.kept;
    }
    [texts, leases] = [next, all];
    if (kept < all) onBound({ leases: all, kept });
  }

  function* linesOf(
    name: string,
    changed: number,
    make: () => RememberedRoom,
    most: (count: number) => number,
  ): Generator<string, RoomText> {
    const last = texts.get(name);
    if (last && last.changed === changed && last.kept === most(last.leases)) {
      yield* last.lines;
      return last;
    }
    const room = make();
    const running = room.leases.filter(({ leaseUntil }) => leaseUntil > room.lastAt);
    const kept = newest(running, most(running.length));
    const text: RoomText = { changed, leases: running.length, kept: kept.length, lines: [] };
    for (const line of roomLines(name, { ...room, leases: kept })) {
      text.lines.push(line);
      yield line;
    }
    return text;
  }

  return {
    areNews() {
      let count = 0;
      for (const [name, changed] of entries()) {
        if (written.get(name) !== changed) return true;
        count += 1;
      }
      return count !== written.size;
    },
    lines,
    count: () => texts.size,
    written() {
      written = new Map([...texts].map(([name, { changed }]) => [name, changed]));
    },
  };
}

function newest(leases: KnownLease[], most: number): KnownLease[] {
  if (leases.length <= most) return leases;
  return leases.sort((a, b) => b.leaseUntil - a.leaseUntil).slice(0, most);
}
