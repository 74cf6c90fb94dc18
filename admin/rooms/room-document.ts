/** What the admin API tells of a room, made of what a gateway reported last. Pure. */
import { createHash } from 'node:crypto';
import type { RoomReport } from '../../gateway/control/words.ts';
import { waitIn } from '../../gateway/line/estimate.ts';
import type { RoomView } from '../../gateway/line/words.ts';
import type { RoomDocument } from './words.ts';

const MOVING: ReadonlySet<RoomView['state']> = new Set(['open', 'engaged']);

export function roomDocument({ view, template, mode, why }: RoomReport): RoomDocument {
  return {
    ...{ room: view.room, template, epoch: view.epoch, state: view.state },
    ...{ operatorState: view.operatorState, stateUntil: isoOrNull(view.stateUntil) },
    ...{ opensAt: isoOrNull(view.opensAt), limits: { ...view.limits } },
    ...{ sessions: view.sessions, waiting: view.waiting, issued: view.issued, serving: view.serving },
    ...{ lanes: view.lanes, callsPerMinute: rateOf(view), expectedWaitSeconds: waitOf(view) },
    // Gateways of an earlier version know no rate.
    rate: { factor: view.rate?.factor ?? 1, perMinute: view.rate?.perMinute ?? null },
    ...{ seatsLeft: view.seatsLeft, admissions: view.admissions, mode, why },
    ...{ engaged: view.waiting > 0, revision: view.revision, at: new Date(view.at).toISOString() },
  };
}

/** What two operators may both want to change. `changes`: how often this admin process's operators changed the room. */
export function changeTag({ view, mode }: RoomReport, changes: number): string {
  const { epoch, operatorState, stateUntil, limits } = view;
  const { sessions, admissionsPerMinute, seats, submitReserve } = limits;
  const words = [changes, epoch, operatorState, stateUntil, mode];
  return createHash('sha256')
    .update(JSON.stringify([...words, sessions, admissionsPerMinute, seats, submitReserve]))
    .digest('base64url')
    .slice(0, 16);
}

/**
 * Counters move all the time, so a tag has two parts: whoever asks whether anything is new compares both, and whoever
 * changes something names what was read, of which the first part counts.
 */
export function tagOf(report: RoomReport, changes: number): string {
  return `${changeTag(report, changes)}.${report.view.seq}`;
}

export function isSameChange(ifMatch: string, report: RoomReport, changes: number): boolean {
  return ifMatch.split('.')[0] === changeTag(report, changes);
}

function rateOf({ callsPerMinute }: RoomView): number | null {
  const rate = callsPerMinute.one ?? callsPerMinute.five;
  return rate === null ? null : Math.round(rate * 10) / 10;
}

/** Of somebody who joins now; where nobody is called there is no honest figure. */
function waitOf(view: RoomView): RoomDocument['expectedWaitSeconds'] {
  if (!MOVING.has(view.state)) return null;
  if (view.waiting === 0) return { low: 0, high: 0 };
  return waitIn(view, view.waiting);
}

function isoOrNull(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
