/** Metrics of rooms: each by its own name while it is among the busiest, for labels must not grow with what visitors ask for. */
import { Gauge, type Registry } from 'prom-client';
import type { RoomView } from '../line/words.ts';

/** Rooms made by capture share their template's label, but for so many of the busiest. */
const BUSIEST_ROOMS = 100;

export interface RoomSource {
  views(): Iterable<{ view: RoomView; label: string }>;
}

export function registerRooms(registers: Registry[], sources: RoomSource): void {
  const gauge = (name: string, help: string, read: (view: RoomView) => number | null) =>
    new Gauge({
      name,
      help,
      labelNames: ['room'],
      // All processes see the same rooms.
      aggregator: 'max',
      registers,
      collect() {
        this.reset();
        for (const { label, view } of busiest(sources.views())) {
          const value = read(view);
          if (value !== null) this.inc({ room: label }, value);
        }
      },
    });
  gauge('headgate_room_waiting', 'Visitors waiting', (view) => view.waiting);
  gauge('headgate_room_sessions', 'Admitted visitors', (view) => view.sessions);
  gauge('headgate_room_sessions_limit', 'Admitted visitors allowed at once', (view) => view.limits.sessions);
  gauge('headgate_room_admissions_total', 'Admissions since the room was made', (view) => view.admissions);
  gauge('headgate_room_engaged', '1 while somebody waits', (view) => (view.waiting > 0 ? 1 : 0));
}

/** The 100 rooms with most inside and waiting keep their names; the others count under their template. */
function busiest(rooms: Iterable<{ view: RoomView; label: string }>): { view: RoomView; label: string }[] {
  const sorted = [...rooms].sort((a, b) => load(b.view) - load(a.view));
  return sorted.map(({ view, label }, rank) => ({ view, label: rank < BUSIEST_ROOMS ? view.room : label }));
}

function load(view: RoomView): number {
  return view.waiting + view.sessions;
}
