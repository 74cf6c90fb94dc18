/** What everybody may know of a room: made of its state in a few steps, whatever the length of the line. */
import { presentShare, sharingGateways, silentGateways } from './apart.ts';
import { expectedArrivals } from './buckets.ts';
import { freeSlots, isSoldOut } from './budget.ts';
import { costOfCall } from './cost.ts';
import { maintenanceOf } from './maintenance.ts';
import { isPrequeue } from './opening.ts';
import { paceOf } from './pace.ts';
import { ratePerMinute, wordsInForce } from './rate.ts';
import type { Room } from './room.ts';
import type { LaneView, RoomView, ViewState } from './words.ts';

const NO_LIMITS = { sessions: 0, admissionsPerMinute: null, seats: null, submitReserve: 0 };

export function viewOf(room: Room): RoomView {
  const lanes: Record<string, LaneView> = {};
  let issued = 0;
  let serving = 0;
  for (const name in room.lanes) {
    const lane = room.lanes[name]!;
    lanes[name] = { issued: lane.issued, serving: lane.serving };
    issued += lane.issued;
    serving += lane.serving;
  }
  const { law } = room;
  const maintenance = maintenanceOf(room);
  const state = stateOf(room, maintenance !== null, issued > serving);
  return {
    ...{
      room: room.name,
      epoch: room.epoch,
      seq: room.seq,
      fence: room.fence,
      revision: room.revision,
      at: room.at,
    },
    state,
    ...{
      operatorState: room.state,
      stateRev: room.stateRev,
      stateUntil: room.stateUntil ?? (state === 'paused' ? (maintenance?.until ?? null) : null),
      maintenance,
      lawState: law?.state ?? 'open',
    },
    ...{ lanes, issued, serving },
    ...{ waiting: issued - serving + room.returners.size, returners: room.returners.size },
    ...{ sessions: room.sessions.size, limits: law?.limits ?? NO_LIMITS, rate: wordsInForce(room) },
    ...{ seatsLeft: room.seats, seatsRev: room.seatsRev },
    ...{ callsPerMinute: paceOf(room.pace), cost: costOfCall(room), outstanding: outstanding(room) },
    ...{ admissions: room.admissions, opensAt: law?.launch?.opensAt ?? null },
    draw: drawOf(room),
    endedSessions: room.endedSessions,
    holdUntil: room.recoverUntil > room.at ? room.recoverUntil : 0,
    ...{ losses: room.losses, share: shareOf(room), silent: silentGateways(room) },
  };
}

/** A frozen draw is what it was, whatever the law says by now. */
function drawOf({ law, draw }: Room): RoomView['draw'] {
  const launch = law?.launch ?? null;
  const opensAt = draw?.opensAt ?? launch?.opensAt ?? 0;
  const commitment = draw?.opensAt == null ? launch?.draw?.commitment : draw.commitment;
  if (commitment == null) return null;
  return { commitment, hasBegun: draw !== null, base: draw?.base ?? 0, size: draw?.size ?? null, opensAt };
}

/** An equal part of what nobody has been promised; what a silent gateway took along is nobody's else. */
function shareOf(room: Room): RoomView['share'] {
  const gateways = sharingGateways(room);
  const free = freeSlots(room);
  const perMinute = ratePerMinute(room);
  return {
    slots: free === Infinity ? null : Math.max(0, Math.floor((free - expectedArrivals(room)) / gateways)),
    perMinute: perMinute === null ? null : (perMinute * presentShare(room)) / gateways,
  };
}

/** A prequeue says when it opens, whatever keeps it shut then. `soldout` when no registration is left; while people inside hold the last seats, newcomers wait for them. */
function stateOf(room: Room, isMaintained: boolean, someWait: boolean): ViewState {
  if (room.state !== 'open') return room.state;
  if (isPrequeue(room)) return 'prequeue';
  if (isMaintained) return 'paused';
  if (isSoldOut(room)) return 'soldout';
  return someWait || room.returners.size > 0 ? 'engaged' : 'open';
}

function outstanding(room: Room): number {
  let sum = 0;
  for (const bucket of room.buckets) sum += Math.max(0, bucket.called - bucket.came);
  return sum;
}
