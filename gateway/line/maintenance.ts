/** Maintenance: times that the law names, in which nobody is called or let in, as in a pause that ends by itself. */
import type { Room } from './room.ts';
import type { RoomView } from './words.ts';

/** From its beginning until just before its end, by room time. */
export function maintenanceOf(room: Room): RoomView['maintenance'] {
  const windows = room.law?.maintenance;
  if (windows === undefined) return null;
  for (const { from, until } of windows) if (room.at >= from && room.at < until) return { until };
  return null;
}
