/** Carries out what the admin wants done to rooms: an operator's word, seats, a look. Each may be done twice without harm. */
import type { Settings } from '../../config/settings.ts';
import type { DryRunResult } from '../audit/dry-run.ts';
import type { ErrorCode } from '../errors.ts';
import type { CancelWish } from '../in-flight.ts';
import type { Invitations } from '../request/invitations.ts';
import type { LiveRoom, Rooms } from '../request/rooms.ts';
import { type Store, StoreLost } from '../store/store.ts';
import type { Command, CommandAnswer, RoomReport } from './words.ts';

/** A configuration's text as this gateway would run it. */
export type ReadConfig = (config: string) => Settings | { reason: string };

export interface CarryOutParts {
  rooms: Pick<Rooms, 'get' | 'named' | 'enter'>;
  store: Pick<Store, 'operate' | 'setSeats'>;
  report(room: LiveRoom): RoomReport;
  tryOut(next: Settings): DryRunResult;
  invitations: Pick<Invitations, 'open'>;
  /** How many requests were ended. */
  cancel(wish: CancelWish): number;
}

type OfKind<Kind extends Command['kind']> = Extract<Command, { kind: Kind }>;

/** `operate` and `seats` answer the room as it is afterwards, `views` a list, `cancel` how many, `dry-run` a DryRunResult, `invitations` an OpenedBatch. */
export async function carryOut(
  command: Command,
  read: ReadConfig,
  parts: CarryOutParts,
): Promise<CommandAnswer> {
  try {
    switch (command.kind) {
      case 'operate':
        return await operate(command, parts);
      case 'seats':
        return await setSeats(command, parts);
      case 'invitations':
        return await openBatch(command, parts);
      case 'views':
        return { kind: 'done', value: views(command, parts) };
      case 'cancel':
        return { kind: 'done', value: parts.cancel(command) };
      case 'dry-run':
        return dryRun(read(command.config), parts);
    }
  } catch (error) {
    if (!(error instanceof StoreLost)) throw error;
    return refused('HG_STORE_LOST', `the line’s store did not answer: ${error.message}`);
  }
}

function dryRun(next: ReturnType<ReadConfig>, { tryOut }: CarryOutParts): CommandAnswer {
  if ('reason' in next) return refused('HG_REVISION_INVALID', next.reason);
  return { kind: 'done', value: tryOut(next) };
}

async function operate(command: OfKind<'operate'>, parts: CarryOutParts): Promise<CommandAnswer> {
  const room = await entered(command.room, parts);
  if (!room) return noRoom(command.room);
  await parts.store.operate(room.name, command.operation);
  return { kind: 'done', value: parts.report(room) };
}

async function setSeats(command: OfKind<'seats'>, parts: CarryOutParts): Promise<CommandAnswer> {
  const room = await entered(command.room, parts);
  if (!room) return noRoom(command.room);
  await parts.store.setSeats(room.name, command.seats);
  return { kind: 'done', value: parts.report(room) };
}

/** For a lane that the room has by the configuration in force here. */
async function openBatch(command: OfKind<'invitations'>, parts: CarryOutParts): Promise<CommandAnswer> {
  const { batch, sealTo } = command;
  const room = await entered(batch.room, parts);
  if (!room) return noRoom(batch.room);
  if (!Object.hasOwn(room.settings.lanes, batch.lane))
    return refused('HG_NO_ROOM', `rooms.${batch.room}.lanes: there is no lane ${batch.lane}`);
  return { kind: 'done', value: await parts.invitations.open(batch, sealTo) };
}

/** Of rooms that live here; who asks makes none. */
function views({ rooms }: OfKind<'views'>, parts: CarryOutParts): RoomReport[] {
  return rooms.flatMap((name) => {
    const room = parts.rooms.get(name);
    return room ? [parts.report(room)] : [];
  });
}

/** An event may be paused before anybody came to it. Null: the configuration names no such room, or its template has no room left. */
async function entered(name: string, { rooms }: CarryOutParts): Promise<LiveRoom | null> {
  const live = rooms.get(name);
  if (live) return live;
  const named = rooms.named(name);
  if (named?.room !== name) return null;
  const room = await rooms.enter(named.room, named.template);
  return room.name === name ? room : null;
}

function noRoom(name: string): CommandAnswer {
  return refused('HG_NO_ROOM', `rooms.${name}: no room of this name is configured or can be made`);
}

function refused(code: ErrorCode, reason: string): CommandAnswer {
  return { kind: 'refused', reason, code };
}
