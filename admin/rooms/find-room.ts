/** Finds a room that is asked for by name: in the reports, else at a gateway that may know more rooms than it reports. */
import type { RoomReport } from '../../gateway/control/words.ts';
import { AdminError } from '../errors.ts';
import type { RoomsInside } from './parts.ts';
import { isSameChange } from './room-document.ts';

type Finder = Pick<RoomsInside, 'known' | 'gateway'>;

/** Null: no gateway knows it. */
export async function lookForRoom({ known, gateway }: Finder, room: string): Promise<RoomReport | null> {
  const reported = known.get(room);
  if (reported) return reported;
  const found = await gateway.look(room);
  if (found) known.note(found);
  return found;
}

/** Throws AdminError HG_NOT_THERE. */
export async function findRoom(finder: Finder, room: string): Promise<RoomReport> {
  const found = await lookForRoom(finder, room);
  if (found) return found;
  throw new AdminError('HG_NOT_THERE', `no gateway knows a room ${room}`);
}

/** Throws AdminError HG_PRECONDITION_FAILED where the room is not what was read. */
export function refuseStale(
  ifMatch: string | null,
  room: string,
  report: RoomReport | null,
  changes: number,
): void {
  if (ifMatch === null || (report && isSameChange(ifMatch, report, changes))) return;
  throw new AdminError(
    'HG_PRECONDITION_FAILED',
    `${room} was changed since it was read; read it again, and decide again`,
  );
}
