/** The figures of one minute and the state at its end, from what the gateways report. Pure. */
import type { HeardReport, RoomReport } from '../../gateway/control/words.ts';
import type { Counts } from './cut-windows.ts';
import type { Minute, RoomMinute, StateNow } from './words.ts';

const BUSIEST_ROOMS = 50;

export interface MinuteSeen {
  atMs: number;
  heard: readonly HeardReport[];
  /** Counted in this minute by windows that began anew since. */
  cut: Counts;
  /** Admissions by room, a minute ago. */
  admissionsBefore: ReadonlyMap<string, number>;
  unqueuedShare: number | null;
  findingsOpen: number;
  driftOpen: number;
}

export function minuteOf(seen: MinuteSeen): Minute {
  const { cut } = seen;
  const windows = seen.heard.map(({ report }) => report.traffic);
  const sent = sum(windows.map((window) => window.forwarded));
  const forwarded = sent + cut.forwarded;
  const failed =
    cut.failed + sum(windows.flatMap(({ byAddress }) => byAddress.map((address) => address.failed)));
  return {
    at: new Date(seen.atMs).toISOString(),
    requests: cut.requests + sum(windows.map((window) => window.requests)),
    forwarded,
    failedShare: forwarded === 0 ? null : failed / forwarded,
    unqueuedShare:
      cut.forwarded === 0
        ? seen.unqueuedShare
        : ((seen.unqueuedShare ?? 0) * sent + cut.unqueued) / forwarded,
    findingsOpen: seen.findingsOpen,
    driftOpen: seen.driftOpen,
    gateways: seen.heard.length,
    rooms: busiest(latestRooms(seen.heard)).map((room) => roomMinute(room, seen.admissionsBefore)),
  };
}

/** All gateways of a store see the same rooms: the youngest view counts. */
export function latestRooms(heard: readonly HeardReport[]): RoomReport[] {
  const latest = new Map<string, RoomReport>();
  for (const { report } of heard)
    for (const room of report.rooms) {
      const known = latest.get(room.view.room);
      if (!known || known.view.at < room.view.at) latest.set(room.view.room, room);
    }
  return [...latest.values()];
}

export function roomsNow(heard: readonly HeardReport[]): StateNow['rooms'] {
  return busiest(latestRooms(heard)).map(({ view, why }) => ({
    ...{ room: view.room, state: view.state, waiting: view.waiting, sessions: view.sessions, why },
    stateUntil: view.stateUntil === null ? null : new Date(view.stateUntil).toISOString(),
    sessionsLimit: view.limits.sessions,
  }));
}

export function overridesNow(heard: readonly HeardReport[]): StateNow['overrides'] {
  const found = new Map<string, StateNow['overrides'][number]>();
  for (const { report } of heard)
    for (const { room, action, limit, reason, until } of report.overrides) {
      const words = limit === null ? action : `${action} ${limit}`;
      const key = `${room}\n${words}\n${reason}`;
      const known = found.get(key) ?? { room, action: words, reason, until, gateways: [] };
      known.gateways.push(report.gateway);
      found.set(key, known);
    }
  return [...found.values()];
}

function roomMinute({ view }: RoomReport, before: ReadonlyMap<string, number>): RoomMinute {
  const { room, waiting, sessions, callsPerMinute, admissions } = view;
  const earlier = before.get(room);
  // A room that was made anew counts from nothing.
  const since = earlier === undefined ? null : Math.max(0, admissions - earlier);
  return { room, waiting, sessions, callsPerMinute: callsPerMinute.one, admissions: since };
}

/** A room in which nothing happens is not worth a line; one that is not open is. */
function busiest(rooms: readonly RoomReport[]): RoomReport[] {
  return rooms
    .filter(({ view }) => load(view) > 0 || view.state !== 'open' || (view.callsPerMinute.one ?? 0) > 0)
    .sort((a, b) => load(b.view) - load(a.view))
    .slice(0, BUSIEST_ROOMS);
}

function load({ waiting, sessions }: RoomReport['view']): number {
  return waiting + sessions;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
