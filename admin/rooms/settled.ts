/** Waits until a gateway reports that a room obeys a revision: what is answered then is true, and not only wanted. */
import type { RoomReport } from '../../gateway/control/words.ts';
import type { Fleet } from '../control/words.ts';
import type { KnownRooms } from './known-rooms.ts';

export interface Settled {
  /** Null: nobody said so in time. */
  wait(room: string, revision: number, withinMs?: number): Promise<RoomReport | null>;
}

interface Waiting {
  room: string;
  revision: number;
  end(report: RoomReport | null): void;
}

/** A gateway looks twice a second, and reports once a second. */
const WITHIN_MS = 5_000;

export function createSettled(fleet: Pick<Fleet, 'onRound'>, known: KnownRooms): Settled {
  const waiting = new Set<Waiting>();
  const obeys = (room: string, revision: number) => {
    const report = known.get(room);
    return report && report.view.revision >= revision ? report : null;
  };
  fleet.onRound(() => {
    for (const { room, revision, end } of waiting) {
      const report = obeys(room, revision);
      if (report) end(report);
    }
  });

  return {
    wait(room, revision, withinMs = WITHIN_MS) {
      return new Promise((resolve) => {
        const now = obeys(room, revision);
        if (now) return resolve(now);
        const timer = setTimeout(() => one.end(null), withinMs);
        const one: Waiting = {
          room,
          revision,
          end(report) {
            clearTimeout(timer);
            waiting.delete(one);
            resolve(report);
          },
        };
        waiting.add(one);
      });
    },
  };
}
