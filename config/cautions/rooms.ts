/** Rooms that let nobody in, everybody in, or that nobody can reach. */
import type { Finding, Path } from '../located.ts';
import type { RoomSettings, Settings } from '../settings.ts';
import { isTemplate, matchTemplate, roomKey } from '../template.ts';
import type { Caution } from './caution.ts';
import { liveRules } from './rules.ts';

/** Distance from the front stretches polls up to this. */
const LONGEST_POLL_SECONDS = 30;

export const zeroLimits: Caution = function* (settings) {
  for (const [key, { limits }] of Object.entries(settings.rooms)) {
    const at: Path = ['rooms', key, 'limits'];
    const zero = (name: string, effect: string): Finding => ({
      path: [...at, name],
      rule: 'limit-zero',
      text: `0 ${effect}`,
    });
    if (limits.sessions === 0) yield zero('sessions', 'admits nobody: every visitor waits for good');
    if (limits.admissionsPerMinute === 0)
      yield zero('admissionsPerMinute', 'admits nobody: every visitor waits for good');
    if (limits.seats === 0) yield zero('seats', 'means sold out: nobody is admitted');
    if (limits.sessions !== null && limits.sessions > 0 && limits.submitReserve >= limits.sessions)
      yield {
        path: [...at, 'submitReserve'],
        rule: 'reserve-takes-all',
        text: `${limits.submitReserve} keeps all ${limits.sessions} sessions for form posts: nobody is called`,
      };
  }
};

export const unreachableRooms: Caution = function* (settings) {
  const keys = Object.keys(settings.rooms);
  const written = liveRules(settings).flatMap(({ room }) => room ?? []);
  for (const key of keys) {
    if ([...written, settings.default.room].some((room) => leadsTo(room, key, keys))) continue;
    yield {
      path: ['rooms', key],
      rule: 'room-unreachable',
      text: 'cannot be reached: no rule in force leads to it, and it is not the default room',
      at: 'key',
    };
  }
};

/** A template's rule also reaches rooms that are written out: the exact name beats the template. */
function leadsTo(room: string, key: string, keys: readonly string[]): boolean {
  return roomKey(room, keys) === key || (isTemplate(room) && matchTemplate(room, key) !== null);
}

export const roomModes: Caution = function* (settings) {
  for (const [key, room] of Object.entries(settings.rooms)) {
    const at: Path = ['rooms', key];
    if (room.mode === 'observe')
      yield {
        path: [...at, 'mode'],
        rule: 'observe-mode',
        text: 'observe holds nobody back: limits are only reported on',
      };
    if (room.onStoreLoss === 'open')
      yield {
        path: [...at, 'onStoreLoss'],
        rule: 'store-loss-open',
        text: 'open lets everybody in while the store is lost, past every limit; share and hold do not',
      };
    if (room.claimSeconds <= LONGEST_POLL_SECONDS)
      yield {
        path: [...at, 'claimSeconds'],
        rule: 'claim-below-poll',
        text: `${room.claimSeconds} should be above ${LONGEST_POLL_SECONDS}, the longest poll interval: a called visitor may not hear of it in time`,
      };
  }
};

export const allowances: Caution = function* (settings) {
  for (const [key, room] of Object.entries(settings.rooms)) {
    const { sessions } = room.limits;
    if (sessions === null || room.allowance.inFlight <= Math.max(sessions, usual(room))) continue;
    yield overSessions(['rooms', key, 'allowance', 'inFlight'], room.allowance.inFlight, key, sessions);
  }
  yield* standingAllowances(settings);
};

function* standingAllowances(settings: Settings): Iterable<Finding> {
  for (const [index, { room, allowance }] of settings.rules.entries()) {
    const key = room === undefined ? null : roomKey(room, Object.keys(settings.rooms));
    const sessions = key === null ? null : settings.rooms[key]!.limits.sessions;
    if (sessions === null || allowance.inFlight === null || allowance.inFlight <= sessions) continue;
    yield overSessions(['rules', index, 'allowance', 'inFlight'], allowance.inFlight, key!, sessions);
  }
}

/** The default for small rooms is more than their sessions, and meant so. */
function usual(room: RoomSettings): number {
  return room.limits.sessions !== null && room.limits.sessions < 10 ? 10 : 0;
}

function overSessions(path: Path, inFlight: number, room: string, sessions: number): Finding {
  return {
    path,
    rule: 'allowance-over-sessions',
    text: `${inFlight} requests without a number are more than room ${room} has sessions (${sessions})`,
  };
}

export const roomCounts: Caution = function* (settings) {
  for (const [key, { known, maxRooms }] of Object.entries(settings.rooms))
    if (known !== 'any' && known.size > maxRooms)
      yield {
        path: ['rooms', key, 'maxRooms'],
        rule: 'known-over-max-rooms',
        text: `${maxRooms} rooms are fewer than the ${known.size} known values: the last to come share one`,
      };
};
