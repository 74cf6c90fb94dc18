/** The events that one can register for. Any other plausible id is a customer's unlisted event, found only by its address. */

export interface EventInfo {
  id: string;
  name: string;
  /** ISO 8601 date. */
  date: string;
  place: string;
  /** Seats at the start; null: no limit. */
  seats: number | null;
}

const row = (id: string, name: string, date: string, place: string, seats: number | null): EventInfo => ({
  id,
  name,
  date,
  place,
  seats,
});

export const LISTED_EVENTS: readonly EventInfo[] = [
  row('4711', 'Autumn Summit', '2026-12-01', 'Congress Hall, Vienna', null),
  row('4712', 'River & Dam Engineering Days', '2026-12-08', 'Delta Works House, Middelburg', 400),
  row('4713', 'Night of Small Stages', '2026-12-11', 'Old Tram Depot, Leipzig', 120),
  row('4714', 'Winter Half Marathon', '2027-01-16', 'Lakeside Park, Zurich', 2500),
  row('4715', 'Open Hospital Data Forum', '2027-01-21', 'Science Park, Ghent', 250),
  row('4716', 'Teachers’ Congress', '2027-02-04', 'Old Market Hall, Porto', null),
  row('4717', 'Street Food Licences: Spring Round', '2027-02-15', 'City Hall, Lyon', 60),
  row('4718', 'Choir Festival', '2027-03-06', 'St Olave’s, York', 800),
  row('4719', 'Harbour Open Day', '2027-03-20', 'Pier 4, Gdańsk', null),
  row('4720', 'Board Games Weekend', '2027-04-10', 'Library, Utrecht', 300),
  row('4721', 'Astronomy Camp', '2027-05-14', 'Observatory, La Palma', 40),
  row('4722', 'Summer Academy', '2027-06-28', 'Castle Campus, Český Krumlov', 180),
];

const byId = new Map(LISTED_EVENTS.map((event) => [event.id, event]));
const PLAUSIBLE_ID = /^[A-Za-z0-9_-]{1,64}$/;

/** The event of this id; null where no id can be meant. */
export function findEvent(id: unknown): EventInfo | null {
  if (typeof id !== 'string' || !PLAUSIBLE_ID.test(id)) return null;
  return byId.get(id) ?? row(id, `Event ${id}`, '2027-09-01', 'announced to those invited', null);
}
