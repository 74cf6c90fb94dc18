/** A room's law with everything open, changed where a test says so. */
import type { RoomLaw } from '../../gateway/line/words.ts';

export const HOUR_MS = 3_600_000;
export const IDLE_MS = 600_000;

export type LawChange = Partial<Omit<RoomLaw, 'limits'>> & { limits?: Partial<RoomLaw['limits']> };

export function lawOf({ limits, ...change }: LawChange = {}): RoomLaw {
  return {
    limits: { sessions: null, admissionsPerMinute: null, seats: null, submitReserve: 0, ...limits },
    idleMs: IDLE_MS,
    maxMs: HOUR_MS,
    submitGraceMs: IDLE_MS,
    claimMs: 120_000,
    ticketMs: 48 * HOUR_MS,
    lanes: { default: 1 },
    state: 'open',
    launch: null,
    waitingList: false,
    maintenance: [],
    ...change,
  };
}
