/** Turns a room's settings into the law that the line obeys. */
import type { Launch, RoomSettings } from '../../config/settings.ts';
import type { LaunchLaw, RoomLaw } from '../line/words.ts';
import { laterLanes } from './price/lanes.ts';

const SECOND_MS = 1_000;

export function lawOf(
  settings: RoomSettings,
  ticketHours: number,
  launch: Launch | undefined,
  commitment: (launch: Launch) => string,
): RoomLaw {
  return {
    limits: settings.limits,
    idleMs: settings.session.idleSeconds * SECOND_MS,
    maxMs: settings.session.maxSeconds * SECOND_MS,
    submitGraceMs: settings.session.submitGraceSeconds * SECOND_MS,
    claimMs: settings.claimSeconds * SECOND_MS,
    // Of a rehearsal it is a part of hours: stores take whole ms.
    ticketMs: Math.round(ticketHours * 3_600 * SECOND_MS),
    lanes: { ...laterLanes(settings.lanes), ...settings.lanes },
    state: settings.state,
    launch: launch ? launchLaw(launch, commitment) : null,
    waitingList: settings.waitingList,
    maintenance: settings.maintenance.map(({ fromMs, untilMs }) => ({ from: fromMs, until: untilMs })),
  };
}

function launchLaw(launch: Launch, commitment: (launch: Launch) => string): LaunchLaw {
  return {
    opensAt: launch.opensAtMs,
    prequeueMs: launch.prequeueMinutes * 60 * SECOND_MS,
    draw: launch.draw ? { commitment: commitment(launch) } : null,
  };
}
