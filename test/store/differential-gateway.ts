/** What one gateway of the test remembers of a room, and says when it calls: sometimes of an older view, sometimes nothing. */
import { floorsOf } from '../../gateway/line/recover.ts';
import type { Floors, RoomView } from '../../gateway/line/words.ts';

export interface TestGateway {
  name: string;
  lastAt: number;
  lastSeq: number;
  /** Monotonic ms of the last answer. */
  heardMs: number;
  floors: Floors | null;
  /** Floors of some view before. */
  olderFloors: Floors | null;
  endedSeen: number;
  /** Who it knows to have ended; null: it cannot know all of them until it hears of the loss. */
  ended: string[] | null;
  leasesSeen: number;
  /** Leases by id, as `call` told them; null as above. */
  leases: Map<string, unknown[]> | null;
}

export function newGateway(name: string): TestGateway {
  return {
    ...{ name, lastAt: 0, lastSeq: 0, heardMs: 0, floors: null, olderFloors: null },
    ...{ endedSeen: 0, ended: null, leasesSeen: 0, leases: null },
  };
}

export function hearView(
  gateway: TestGateway,
  view: RoomView,
  monotonicMs: number,
  keepsOlder: boolean,
): void {
  if (!keepsOlder) gateway.olderFloors = gateway.floors;
  gateway.floors = floorsOf(view);
  gateway.lastAt = view.at;
  gateway.lastSeq = view.seq;
  gateway.heardMs = monotonicMs;
}
