/** The law in TypeScript, asked as the scripts are: what it answers to a step, in the shape of their reply. */
import { depart } from '../../gateway/line/depart.ts';
import { isForgettable } from '../../gateway/line/forget.ts';
import { createRoom, type Room } from '../../gateway/line/room.ts';
import { viewOf } from '../../gateway/line/view.ts';
import type { Caller, RoomView } from '../../gateway/line/words.ts';
import { apply, type CommandName } from '../../gateway/store/embedded-commands.ts';
import type { ScriptName } from '../../gateway/store/redis-scripts.ts';

export interface Model {
  name: string;
  room: Room | null;
  /** What a forgotten room left: the epoch of its next life. */
  nextEpoch: number | null;
}

export interface ModelAnswer {
  /** The transition's own fields. */
  own: Record<string, unknown>;
  /** Null: the room is not known. */
  view: RoomView | null;
  lossFound: boolean;
}

const COMMAND_OF: Partial<Record<ScriptName, CommandName>> = {
  'set-seats': 'setSeats',
  'report-rate': 'reportRate',
  'mark-loss': 'markLoss',
};

export function stepModel(
  model: Model,
  name: ScriptName,
  caller: Caller,
  args: readonly unknown[],
): ModelAnswer {
  if (!model.room && name !== 'configure') {
    const known = model.nextEpoch === null ? {} : { epoch: model.nextEpoch };
    return { own: { unknown: true, epoch: null, ...known }, view: null, lossFound: false };
  }
  model.room ??= createRoom(model.name, model.nextEpoch ?? 1);
  model.nextEpoch = null;
  const { room } = model;
  const { losses } = room;
  const own = ownAnswer(model, room, name, caller, args);
  return { own, view: viewOf(room), lossFound: room.losses > losses };
}

function ownAnswer(
  model: Model,
  room: Room,
  name: ScriptName,
  caller: Caller,
  args: readonly unknown[],
): Record<string, unknown> {
  if (name === 'forget') return { forgotten: forget(model, room, caller) };
  if (name === 'depart') {
    depart(room, caller);
    return {};
  }
  const command = COMMAND_OF[name] ?? (name as CommandName);
  const answer: unknown = apply(command, room, caller, args as never);
  if (name === 'leave') return { left: answer };
  if (name === 'restore') return { restored: answer };
  if (name === 'retire') return { retired: answer };
  if (name === 'touch')
    return { leases: (answer as { leases: unknown[] }).leases.map((lease) => lease ?? false) };
  if (typeof answer !== 'object' || answer === null || 'seq' in answer) return {};
  const { view: _view, ...own } = answer as Record<string, unknown>;
  return own;
}

function forget(model: Model, room: Room, caller: Caller): boolean {
  if (!isForgettable(room, caller)) return false;
  const hasIssued = Object.values(room.lanes).some(({ issued }) => issued > 0);
  model.room = null;
  model.nextEpoch = hasIssued || room.epoch > 1 ? room.epoch + 1 : null;
  return true;
}
