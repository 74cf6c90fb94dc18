/** Rooms as operators see and change them: what the gateways tell, and what is asked of them. */
import type { RoomReport } from '../../gateway/control/words.ts';
import { createGatewayAsk } from './ask-gateway.ts';
import { createChangeCount } from './change-count.ts';
import { type AskedChange, type ChangedRoom, changeRoom } from './change-room.ts';
import { findRoom } from './find-room.ts';
import { createInTurn } from './in-turn.ts';
import { createKnownRooms } from './known-rooms.ts';
import { type Asked, operateRoom } from './operate-room.ts';
import type { RoomsInside, RoomsParts } from './parts.ts';
import { createPutBack } from './put-back.ts';
import { createReverts } from './reverts.ts';
import { tagOf } from './room-document.ts';
import { createSettled } from './settled.ts';
import { createStateEnds } from './state-ends.ts';

export interface Rooms {
  all(): readonly RoomReport[];
  get(room: string): RoomReport | undefined;
  /** Throws AdminError HG_NOT_THERE. */
  find(room: string): Promise<RoomReport>;
  tag(report: RoomReport): string;
  operate(asked: Asked): Promise<RoomReport>;
  change(asked: AskedChange): Promise<ChangedRoom>;
  /** Puts back what is due; the fleet's rounds do so by themselves. */
  putBack(): Promise<void>;
}

export function createRooms(parts: RoomsParts): Rooms {
  const { fleet, data, clock } = parts;
  const known = createKnownRooms(fleet, clock);
  const inside: RoomsInside = {
    ...parts,
    known,
    ...{ gateway: createGatewayAsk(fleet), inTurn: createInTurn(), count: createChangeCount(data) },
    ...{ reverts: createReverts(data), settled: createSettled(fleet, known) },
  };
  const putBack = createPutBack(inside);
  const stateEnds = createStateEnds(inside);
  fleet.onRound(() => {
    stateEnds.look();
    void putBack.look();
  });
  return {
    all: known.all,
    get: known.get,
    find: (room) => findRoom(inside, room),
    tag: (report) => tagOf(report, inside.count.of(report.view.room)),
    operate: (asked) => operateRoom(inside, asked),
    change: (asked) => changeRoom(inside, asked),
    putBack: putBack.look,
  };
}
