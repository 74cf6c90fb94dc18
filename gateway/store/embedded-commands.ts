/** Every transition by its name, so that it can be written down, and played again after a restart to exactly the same state. */
import { call } from '../line/call.ts';
import { claim } from '../line/claim.ts';
import { configure } from '../line/configure.ts';
import { isForgettable } from '../line/forget.ts';
import { join } from '../line/join.ts';
import { leave } from '../line/leave.ts';
import { operate } from '../line/operate.ts';
import { lift, markLoss, restore } from '../line/recover.ts';
import { redeem } from '../line/redeem.ts';
import { reportRate } from '../line/report-rate.ts';
import { retire } from '../line/retire.ts';
import { createRoom, type Room } from '../line/room.ts';
import { register, setSeats } from '../line/seats.ts';
import { submit } from '../line/submit.ts';
import { touch } from '../line/touch.ts';
import type { Caller } from '../line/words.ts';
import type { ForgetHow } from './store.ts';

export const COMMANDS = {
  call,
  claim,
  configure,
  join,
  leave,
  lift,
  markLoss,
  operate,
  redeem,
  register,
  reportRate,
  restore,
  retire,
  setSeats,
  submit,
  touch,
};

export type CommandName = keyof typeof COMMANDS;
export type Args<N extends CommandName> =
  Parameters<(typeof COMMANDS)[N]> extends [Room, Caller, ...infer A] ? A : never;
export type Answer<N extends CommandName> = ReturnType<(typeof COMMANDS)[N]>;

/** What a gateway's clocks said: all of a caller that differs from step to step. */
export type Clocks = Pick<Caller, 'time' | 'lastAt' | 'sinceMs' | 'lastSeq'>;

/** One process, one gateway: its own memory is the store, so it has no floors to hand in. */
export function callerOf(clocks: Clocks): Caller {
  return { gateway: 'embedded', gone: [], server: 'embedded', floors: null, ...clocks };
}

export function apply<N extends CommandName>(name: N, room: Room, caller: Caller, args: Args<N>): Answer<N> {
  // Each command takes its own arguments; that name and arguments belong together is the caller's type.
  const command = COMMANDS[name] as unknown as (room: Room, caller: Caller, ...args: unknown[]) => Answer<N>;
  return command(room, caller, ...args);
}

/** A line of the journal. `forget` may drop a room; all others step it, `configure` makes it where it is new. */
export type JournalRecord = [name: CommandName | 'forget', room: string, clocks: number[], args: unknown[]];

export function recordOf(
  name: CommandName | 'forget',
  room: string,
  { time, lastAt, sinceMs, lastSeq }: Clocks,
  args: readonly unknown[],
): JournalRecord {
  // JSON has no undefined: an argument that was left out must be left out again.
  const given = args.at(-1) === undefined ? args.slice(0, -1) : [...args];
  return [name, room, [time, lastAt, sinceMs, lastSeq], given];
}

/** All that the store knows. */
export interface Remembered {
  rooms: Map<string, Room>;
  /** Epoch of the next room that is made: above that of every forgotten one, so that tickets of its former life are void. */
  nextEpoch: number;
}

export function nothingRemembered(): Remembered {
  return { rooms: new Map(), nextEpoch: 1 };
}

export function make(remembered: Remembered, name: string): Room {
  const room = createRoom(name, remembered.nextEpoch);
  remembered.rooms.set(name, room);
  return room;
}

/** Drops the room where nobody would miss it; false: it is in use. A step like the others, whatever it answers. */
export function forget(
  remembered: Remembered,
  room: Room,
  caller: Caller,
  how: ForgetHow = 'unused',
): boolean {
  if (!isForgettable(room, caller) && how === 'unused') return false;
  remembered.rooms.delete(room.name);
  // A room that gave no number leaves nobody with a ticket.
  if (Object.values(room.lanes).every((lane) => lane.issued === 0)) return true;
  remembered.nextEpoch = Math.max(remembered.nextEpoch, room.epoch + 1);
  return true;
}

/** Takes one step of the journal again; false: the line speaks of a room that is not there. */
export function replay(remembered: Remembered, [name, roomName, clocks, args]: JournalRecord): boolean {
  const known = remembered.rooms.get(roomName);
  const room = known ?? (name === 'configure' ? make(remembered, roomName) : undefined);
  if (!room) return false;
  const [time = 0, lastAt = 0, sinceMs = 0, lastSeq = 0] = clocks;
  const caller = callerOf({ time, lastAt, sinceMs, lastSeq });
  if (name === 'forget') forget(remembered, room, caller, args[0] as ForgetHow | undefined);
  else apply(name, room, caller, args as Args<typeof name>);
  return true;
}

/** Also told apart from a line of a version that knew other commands. */
export function isRecord(value: unknown): value is JournalRecord {
  if (!Array.isArray(value) || value.length !== 4) return false;
  const [name, room, clocks, args] = value as unknown[];
  const isKnown = typeof name === 'string' && (name === 'forget' || Object.hasOwn(COMMANDS, name));
  return isKnown && typeof room === 'string' && Array.isArray(clocks) && Array.isArray(args);
}
