/** Who registered for which event, and how many seats are left; bounded, whatever ids visitors invent. */
import { type EventInfo, LISTED_EVENTS } from './events.ts';

export interface Attendee {
  /** Registration number, `4711-000012`. */
  number: string;
  name: string;
}

export interface Registrations {
  /** Adds an attendee; null: no seat is left. */
  add(event: EventInfo, name: string): Attendee | null;
  seatsLeft(event: EventInfo): number | null;
  /** The latest attendees, newest first. */
  attendees(eventId: string): readonly Attendee[];
  /** Number of registrations by event; listed events always appear. */
  counts(): Record<string, number>;
  reset(): void;
}

const LATEST_KEPT = 50;
const EVENTS_KEPT = 10_000;

interface Register {
  count: number;
  latest: Attendee[];
}

export function createRegistrations(): Registrations {
  const registers = new Map<string, Register>();
  const registerOf = (id: string): Register => {
    const known = registers.get(id);
    if (known) return known;
    const fresh = { count: 0, latest: [] };
    if (registers.size < EVENTS_KEPT) registers.set(id, fresh);
    return fresh;
  };
  const reset = () => {
    registers.clear();
    for (const event of LISTED_EVENTS) registerOf(event.id);
  };
  const seatsLeft = (event: EventInfo) =>
    event.seats === null ? null : event.seats - (registers.get(event.id)?.count ?? 0);
  reset();
  return {
    add(event, name) {
      if (seatsLeft(event) === 0) return null;
      const register = registerOf(event.id);
      register.count += 1;
      const attendee = { number: `${event.id}-${String(register.count).padStart(6, '0')}`, name };
      register.latest.unshift(attendee);
      register.latest.length = Math.min(register.latest.length, LATEST_KEPT);
      return attendee;
    },
    seatsLeft,
    attendees: (eventId) => registers.get(eventId)?.latest ?? [],
    counts: () => Object.fromEntries([...registers].map(([id, register]) => [id, register.count])),
    reset,
  };
}
