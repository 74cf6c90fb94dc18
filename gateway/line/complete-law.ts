/** A law that an earlier version wrote, on a disk or in Redis, with what it did not know yet. */
import type { RoomLaw } from './words.ts';

type Added = 'waitingList' | 'maintenance';

export function completeLaw(law: Omit<RoomLaw, Added> & Partial<Pick<RoomLaw, Added>>): RoomLaw {
  return { ...law, waitingList: law.waitingList ?? false, maintenance: law.maintenance ?? [] };
}
