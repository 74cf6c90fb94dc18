/** A room as its gateways would have reported it in a minute of the log: open, or with a line. */
import type { Settings } from '../../config/settings.ts';
import type { RoomReport } from '../../gateway/control/words.ts';
import type { RoomView } from '../../gateway/line/words.ts';
import type { RoomLoad } from './room-days.ts';

export function reportOf(
  { room, template, begun, atOnce, waiting }: RoomLoad,
  settings: Settings,
): RoomReport {
  const law = settings.rooms[template]!;
  const { sessions } = law.limits;
  const view: RoomView = {
    ...IDLE,
    room,
    revision: settings.revision,
    state: waiting > 0 ? 'engaged' : 'open',
    waiting,
    issued: begun,
    sessions: sessions === null ? atOnce : Math.min(atOnce, sessions),
    limits: law.limits,
    seatsLeft: law.limits.seats,
  };
  return { view, template, mode: law.mode, why: '' };
}

/** What a log tells nothing of. */
const IDLE: Omit<RoomView, 'room' | 'limits'> = {
  epoch: 1,
  seq: 0,
  fence: 0,
  revision: 0,
  at: 0,
  state: 'open',
  operatorState: 'open',
  stateRev: 0,
  stateUntil: null,
  maintenance: null,
  rate: { factor: 1, perMinute: null },
  lanes: {},
  issued: 0,
  serving: 0,
  waiting: 0,
  returners: 0,
  sessions: 0,
  seatsLeft: null,
  seatsRev: 0,
  callsPerMinute: { one: null, five: null },
  cost: 1,
  outstanding: 0,
  admissions: 0,
  opensAt: null,
  draw: null,
  endedSessions: [],
  holdUntil: 0,
  losses: 0,
  share: { slots: null, perMinute: null },
  silent: [],
};
