/** An operator's word on a room: judged by its state, written down, carried out by one gateway, answered by the room as it is then. */
import type { RoomReport } from '../../gateway/control/words.ts';
import type { Operation, OperatorState } from '../../gateway/line/words.ts';
import { AdminError } from '../errors.ts';
import type { Actor } from '../words.ts';
import { lookForRoom, refuseStale } from './find-room.ts';
import type { RoomsInside } from './parts.ts';
import { invalid, timeAhead } from './times.ts';
import type { RoomActionBody } from './words.ts';

export const ACTIONS = ['pause', 'resume', 'offline', 'reopen', 'end'] as const;
export type RoomActionName = (typeof ACTIONS)[number];

interface ActionRule {
  /** In which states it may be asked. */
  from: readonly OperatorState[];
  after: OperatorState;
  /** What is done in words: `event-1 was paused`. */
  said: string;
}

/** A line that has ended is opened again by `reopen` alone, since that begins a new one. */
const RULES: Record<RoomActionName, ActionRule> = {
  pause: { from: ['open', 'paused'], after: 'paused', said: 'was paused' },
  resume: { from: ['paused'], after: 'open', said: 'goes on' },
  offline: { from: ['open', 'paused', 'offline'], after: 'offline', said: 'was taken offline' },
  reopen: { from: ['offline', 'ended'], after: 'open', said: 'is open again' },
  end: { from: ['open', 'paused', 'offline'], after: 'ended', said: 'has ended' },
};

export interface Asked {
  actor: Actor;
  room: string;
  action: RoomActionName;
  body: RoomActionBody;
  ifMatch: string | null;
}

/** Throws AdminError: HG_INVALID, HG_NOT_THERE, HG_CONFLICT, HG_PRECONDITION_FAILED, HG_NO_GATEWAY, HG_CONTROL_UNWRITABLE. */
export function operateRoom(inside: RoomsInside, asked: Asked): Promise<RoomReport> {
  const operation = operationOf(asked, inside.clock.wallMs());
  return inside.inTurn(asked.room, async () => {
    // An event may be paused before anybody came to it: what no gateway knows yet is open.
    const before = await lookForRoom(inside, asked.room);
    refuseStale(asked.ifMatch, asked.room, before, inside.count.of(asked.room));
    refuseState(asked, before?.view.operatorState ?? 'open');
    const after = await written(inside, asked, operation, before);
    inside.known.note(after);
    announce(inside, asked, after);
    return after;
  });
}

/** It stands in the audit log before it is done: what nobody could write down is not done. */
async function written(
  inside: RoomsInside,
  asked: Asked,
  operation: Operation,
  before: RoomReport | null,
): Promise<RoomReport> {
  const { room, action, actor, body } = asked;
  const entry = { actor: actor.name, action: `room.${action}`, subject: room, reason: body.reason };
  const wanted = { state: RULES[action].after, until: 'until' in operation ? iso(operation.until) : null };
  inside.data.transaction(() => {
    inside.count.add(room);
    inside.auditLog.append({ ...entry, before: before && stateOf(before), after: wanted });
  });
  try {
    return await inside.gateway.change({ kind: 'operate', room, operation });
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    inside.auditLog.append({ ...entry, action: `room.${action}.failed`, before: wanted, after: { failure } });
    throw error;
  }
}

function operationOf({ action, body }: Asked, nowMs: number): Operation {
  if (action === 'end') return withoutEnd(body, { kind: 'end' });
  if (action === 'resume' || action === 'reopen') return withoutEnd(body, { kind: 'open' });
  const until = timeAhead(body.until, 'until', nowMs);
  const reopensAt = timeAhead(body.reopensAt, 'reopensAt', nowMs);
  if (until !== null && reopensAt !== null && until !== reopensAt)
    throw invalid('reopensAt', 'must be the same as until where both are sent');
  return { kind: action, until: until ?? reopensAt };
}

function withoutEnd(body: RoomActionBody, operation: Operation): Operation {
  if (body.until !== undefined) throw invalid('until', 'belongs to pause and offline');
  if (body.reopensAt !== undefined) throw invalid('reopensAt', 'belongs to pause and offline');
  return operation;
}

function refuseState({ room, action }: Asked, state: OperatorState): void {
  const { from } = RULES[action];
  if (from.includes(state)) return;
  throw new AdminError(
    'HG_CONFLICT',
    `${room} is ${state}: ${action} needs a room that is ${from.join(' or ')}`,
  );
}

function announce({ hub }: RoomsInside, { room, action, actor, body }: Asked, after: RoomReport): void {
  const until = after.view.stateUntil === null ? '' : ` until ${iso(after.view.stateUntil)}`;
  hub.emit({
    ...{ kind: 'room', room, severity: action === 'end' ? 'warning' : 'info' },
    summary: `${room} ${RULES[action].said}${until} by ${actor.name}: ${body.reason}`,
    data: { action, by: actor.name, reason: body.reason, ...stateOf(after) },
  });
}

function stateOf({ view }: RoomReport) {
  return { state: view.operatorState, until: iso(view.stateUntil), epoch: view.epoch, waiting: view.waiting };
}

function iso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
