/** Gathers each room's day by the minute: requests, visits that begin, and visitors at once, against the room's limits. */
import type { Settings } from '../../config/settings.ts';
import { apart } from './address-table.ts';
import type { Peak, RoomDay } from './words.ts';

export interface RoomMinutes {
  /** Counted from 0; what visitors are kept by. */
  number: number;
  room: string;
  template: string;
  idleSeconds: number;
  requests: number;
  visits: number;
  minutes: Map<number, RoomMinute>;
  /** Of the request before: nearly always this one's. */
  lastMinute: number;
  last: RoomMinute | null;
}

interface RoomMinute {
  requests: number;
  /** Visits that begin. */
  begun: number;
  /** Of the visitors at once, since the minute before. */
  change: number;
}

/** What a room is like in one minute. */
export interface RoomLoad {
  room: string;
  template: string;
  requests: number;
  begun: number;
  atOnce: number;
  waiting: number;
}

export interface RoomDays {
  /** Beyond the bound the rooms of a template are counted together, under its name. */
  take(room: string, template: string): RoomMinutes;
  byNumber(number: number): RoomMinutes;
  count(room: RoomMinutes, minute: number): void;
  begin(room: RoomMinutes, second: number): void;
  goOn(room: RoomMinutes, lastSecond: number, second: number): void;
  /** All lines are counted: from here on `loads` knows who is inside and who waits. */
  finish(): void;
  loads(minute: number): RoomLoad[];
  /** Busiest first. */
  days(requests: number, tellsVisitors: boolean): RoomDay[];
}

const MOST_ROOMS = 2_000;
const MOST_MINUTES = 300_000;

export function createRoomDays(rooms: Settings['rooms'], mostRooms = MOST_ROOMS): RoomDays {
  const byName = new Map<string, RoomMinutes>();
  const all: RoomMinutes[] = [];
  let minutes = 0;
  let series: Map<RoomMinutes, Map<number, RoomLoad>> | null = null;

  function add(room: string, template: string): RoomMinutes {
    const { idleSeconds } = rooms[template]!.session;
    const added = {
      number: all.length,
      room,
      template,
      idleSeconds,
      requests: 0,
      visits: 0,
      minutes: new Map(),
      lastMinute: Number.NaN,
      last: null,
    };
    byName.set(room, added);
    all.push(added);
    return added;
  }

  /** A log of ever new rooms over months does not fit: what is beyond is not in the peaks. */
  function minuteOf(room: RoomMinutes, minute: number): RoomMinute | null {
    const known = room.minutes.get(minute);
    if (known !== undefined) return known;
    if (minutes >= MOST_MINUTES) return null;
    const made = { requests: 0, begun: 0, change: 0 };
    room.minutes.set(minute, made);
    minutes += 1;
    return made;
  }

  function change(room: RoomMinutes, minute: number, by: number): void {
    const at = minuteOf(room, minute);
    if (at !== null) at.change += by;
  }

  const endOf = (room: RoomMinutes, second: number) => Math.floor((second + room.idleSeconds) / 60) + 1;

  return {
    take(room, template) {
      const known = byName.get(room);
      if (known !== undefined) return known;
      if (all.length < mostRooms) return add(apart(room), template);
      return byName.get(template) ?? add(template, template);
    },
    byNumber: (number) => all[number]!,
    count(room, minute) {
      room.requests += 1;
      if (minute !== room.lastMinute) {
        room.last = minuteOf(room, minute);
        room.lastMinute = minute;
      }
      if (room.last !== null) room.last.requests += 1;
    },
    begin(room, second) {
      room.visits += 1;
      const at = minuteOf(room, Math.floor(second / 60));
      if (at === null) return;
      at.begun += 1;
      at.change += 1;
      change(room, endOf(room, second), -1);
    },
    goOn(room, lastSecond, second) {
      const before = endOf(room, lastSecond);
      const now = endOf(room, second);
      if (now <= before) return;
      change(room, before, 1);
      change(room, now, -1);
    },
    finish() {
      series = new Map(all.map((room) => [room, seriesOf(room, limitsOf(rooms, room))]));
    },
    loads(minute) {
      if (series !== null) return [...series.values()].flatMap((loads) => loads.get(minute) ?? []);
      return all.flatMap((room) => loadAlone(room, minute, limitsOf(rooms, room)));
    },
    days: (requests, tellsVisitors) =>
      [...all]
        .sort((a, b) => b.requests - a.requests)
        .map((room) => dayOf(room, limitsOf(rooms, room), requests, tellsVisitors)),
  };
}

/** Of one minute, whatever came before. */
function loadAlone({ room, template, minutes }: RoomMinutes, minute: number, limits: Limits): RoomLoad[] {
  const seen = minutes.get(minute);
  if (seen === undefined) return [];
  const { requests, begun } = seen;
  const waiting = Math.max(0, begun - (limits.admissionsPerMinute ?? Number.POSITIVE_INFINITY));
  const atOnce = Math.max(begun, Math.min(requests, 1));
  return [{ room, template, requests, begun, atOnce, waiting }];
}

type Limits = Settings['rooms'][string]['limits'];

function limitsOf(rooms: Settings['rooms'], { template }: RoomMinutes): Limits {
  return rooms[template]!.limits;
}

/**
 * Minute after minute: visitors at once, and who would wait: those beyond the sessions, or beyond what the admissions a
 * minute have let in. Visits that would wait are counted where they began, so the wait is a lower bound of a real line's.
 */
function seriesOf(room: RoomMinutes, { sessions, admissionsPerMinute }: Limits): Map<number, RoomLoad> {
  const loads = new Map<number, RoomLoad>();
  let atOnce = 0;
  let behind = 0;
  let last = Number.NaN;
  for (const [minute, seen] of [...room.minutes].sort(([a], [b]) => a - b)) {
    const limit = admissionsPerMinute ?? Number.POSITIVE_INFINITY;
    // The minutes between had nothing begun: there the line got shorter.
    behind = Number.isNaN(last) ? 0 : Math.max(0, behind - limit * (minute - last - 1));
    behind = limit === Number.POSITIVE_INFINITY ? 0 : Math.max(0, behind + seen.begun - limit);
    atOnce += seen.change;
    const beyond = sessions === null ? 0 : atOnce - sessions;
    const { requests, begun } = seen;
    const waiting = Math.max(0, behind, beyond);
    loads.set(minute, { room: room.room, template: room.template, requests, begun, atOnce, waiting });
    last = minute;
  }
  return loads;
}

function dayOf(room: RoomMinutes, limits: Limits, requests: number, tellsVisitors: boolean): RoomDay {
  const loads = seriesOf(room, limits);
  const { sessions, admissionsPerMinute, seats } = limits;
  return {
    room: room.room,
    template: room.template,
    requests: room.requests,
    share: requests === 0 ? 0 : room.requests / requests,
    requestsPerMinute: peakOf(loads, (load) => load.requests),
    visitors: tellsVisitors
      ? {
          total: room.visits,
          perMinute: peakOf(loads, (load) => load.begun),
          atOnce: peakOf(loads, (load) => load.atOnce),
        }
      : null,
    limits: { sessions, admissionsPerMinute, seats },
    lineMinutes: [...loads.values()].filter(({ waiting }) => waiting > 0).length,
    mostWaiting: peakOf(loads, (load) => load.waiting).count,
  };
}

function peakOf(loads: ReadonlyMap<number, RoomLoad>, of: (load: RoomLoad) => number): Peak {
  let peak = { minute: 0, count: 0 };
  for (const [minute, load] of loads) if (of(load) > peak.count) peak = { minute, count: of(load) };
  return { at: new Date(peak.minute * 60_000).toISOString(), count: peak.count };
}
