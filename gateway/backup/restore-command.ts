/** `headgate restore`: brings rooms back from a backup; a line that lives is refused, or lifted where that was asked, and nothing ever goes back. */
import { type CommandOutput, failed, printable } from '../command-output.ts';
import { HeadgateError } from '../errors.ts';
import type { Room } from '../line/room.ts';
import type { CommandParts } from './backup-command.ts';
import { readBackup } from './backup-file.ts';
import { addKeys, type KeyPlan, planKeys } from './key-texts.ts';
import { type Fate, fateOf } from './plan.ts';
import { numbersOf, revive } from './revive.ts';
import { configurationOf, openTarget } from './store.ts';
import type { Backup, Numbers, RoomTarget } from './words.ts';

export interface RestoreAsk {
  file: string;
  config?: string | undefined;
  /** This room alone. */
  room?: string | undefined;
  lift: boolean;
  withKeys: boolean;
  json: boolean;
}

export type Done =
  | { room: string; done: 'written'; to: Numbers }
  | { room: string; done: 'lifted' | 'unchanged'; from: Numbers; to: Numbers }
  | { room: string; done: 'refused'; why: string };

const PROGRESS_ROOMS = 100;
const NOTHING: KeyPlan = { missing: [], different: [] };

export async function restoreCommand(ask: RestoreAsk, parts: CommandParts): Promise<CommandOutput> {
  const loaded = configurationOf(ask.config, parts.env);
  const read = await readBackup(ask.file);
  if (!read.ok) return failed(`${ask.file}: ${read.why}; nothing was changed`);
  const rooms = read.backup.rooms.filter(({ name }) => ask.room === undefined || name === ask.room);
  if (ask.room !== undefined && rooms.length === 0)
    return failed(`${ask.file} has no room "${printable(ask.room)}"; nothing was changed`);
  const folder = loaded.settings.keys.path;
  const keys = await planKeys(folder, read.backup.keys ?? {});
  const added = ask.withKeys ? keys : NOTHING;
  if (added.different.length > 0) return keysDiffer(folder, added.different);
  const target = await openTarget(loaded, parts.wallMs()).catch(asHeadgateError);
  try {
    const fates = await fatesOf(rooms, target, ask.lift);
    const refused = fates.filter((fate) => fate.kind === 'refuse');
    if (refused.length > 0) return refusal(ask, refused);
    if (added.missing.length > 0) await addKeys(folder, read.backup.keys ?? {}, added.missing);
    const done = await carryOut(fates, target, read.backup, parts);
    return report(ask, done, ask.withKeys ? [] : keys.missing, added.missing, target.damage);
  } catch (error) {
    return stopped(target, error as Error);
  } finally {
    await target.close();
  }
}

async function fatesOf(rooms: readonly Room[], target: RoomTarget, mayLift: boolean): Promise<Fate[]> {
  const fates: Fate[] = [];
  for (const room of rooms) fates.push(fateOf(room, await target.read(room.name), mayLift));
  return fates;
}

async function carryOut(
  fates: readonly Fate[],
  target: RoomTarget,
  { nextEpoch }: Backup,
  { progress }: CommandParts,
): Promise<Done[]> {
  const done: Done[] = [];
  for (const fate of fates) {
    done.push(await (fate.kind === 'lift' ? liftOne(fate.room, target) : writeOne(fate.room, target)));
    if (done.length % PROGRESS_ROOMS === 0) progress(`${done.length} of ${fates.length} rooms`);
  }
  await target.finish(nextEpoch);
  return done;
}

async function writeOne(backup: Room, target: RoomTarget): Promise<Done> {
  const nowMs = await target.nowMs();
  const isWritten = await target.put(backup, (blank) => revive(backup, blank, nowMs));
  if (isWritten) return { room: backup.name, done: 'written', to: numbersOf(backup) };
  return { room: backup.name, done: 'refused', why: 'it came to life just now and was left as it is' };
}

async function liftOne(backup: Room, target: RoomTarget): Promise<Done> {
  const { from, to } = await target.lift(backup.name, numbersOf(backup));
  const isSame = JSON.stringify(from) === JSON.stringify(to);
  return { room: backup.name, done: isSame ? 'unchanged' : 'lifted', from, to };
}

function report(
  ask: RestoreAsk,
  done: readonly Done[],
  keysLeftOut: readonly string[],
  keysAdded: readonly string[],
  damage: readonly string[],
): CommandOutput {
  const isGood = done.every((each) => each.done !== 'refused');
  const document = { ok: isGood, rooms: done, keysAdded, keysLeftOut, damage };
  const stderr = damage.map((what) => `headgate: ${what}`);
  if (keysLeftOut.length > 0)
    stderr.push(
      `headgate: ${keysLeftOut.length} key files of the backup are not here (${keysLeftOut.join(', ')}): tickets signed with them are unknown until you restore with --with-keys`,
    );
  const told = [...done.map(lineOf), ...keysAdded.map((name) => `key file ${name} added`)];
  if (keysAdded.length > 0) told.push('gateways take new keys when they start, or on SIGHUP');
  return { exitCode: isGood ? 0 : 1, stdout: ask.json ? [JSON.stringify(document, null, 2)] : told, stderr };
}

function refusal({ json }: RestoreAsk, refused: readonly (Fate & { kind: 'refuse' })[]): CommandOutput {
  const done: Done[] = refused.map(({ room, why }) => ({ room: room.name, done: 'refused', why }));
  const document = { ok: false, rooms: done, keysAdded: [], keysLeftOut: [], damage: [] };
  const hint =
    'headgate: nothing was changed; --lift raises live lines to the backup’s numbers, never lowers them';
  return {
    exitCode: 1,
    stdout: json ? [JSON.stringify(document, null, 2)] : [],
    stderr: [...done.map((each) => `headgate: ${lineOf(each)}`), hint],
  };
}

function lineOf(done: Done): string {
  if (done.done === 'refused') return `${done.room}: refused: ${done.why}`;
  if (done.done === 'written') return `${done.room}: restored at ${described(done.to)}, held for 3 s`;
  if (done.done === 'unchanged')
    return `${done.room}: left as it is at ${described(done.from)}, beyond the backup`;
  return `${done.room}: lifted from ${described(done.from)} to ${described(done.to)}`;
}

function described({ epoch, fence, lanes }: Numbers): string {
  const each = Object.entries(lanes).map(
    ([lane, { issued, serving }]) =>
      `${lane === 'default' ? '' : `${lane} `}issued ${issued}, serving ${serving}`,
  );
  return `epoch ${epoch}${fence > 0 ? `, fence ${fence}` : ''}, ${each.join(', ')}`;
}

function keysDiffer(folder: string, names: readonly string[]): CommandOutput {
  return failed(
    `nothing was changed: ${names.join(', ')} in ${folder} ${names.length === 1 ? 'is' : 'are'} not what the backup has, and no key is ever overwritten; move ${names.length === 1 ? 'it' : 'them'} away, or restore without --with-keys`,
  );
}

/** The embedded store is written last and at once; Redis room by room. */
function stopped({ kind }: RoomTarget, { message }: Error): CommandOutput {
  if (kind === 'embedded') return failed(`nothing was changed: ${message}`);
  return failed(
    `stopped on the way: ${message}`,
    'run it again with --lift: what is restored already stays as it is',
  );
}

/** A store that cannot be reached is an outcome for people, with the code that operators know. */
function asHeadgateError(error: unknown): never {
  if (error instanceof HeadgateError) throw error;
  throw new HeadgateError('HG_STORE_LOST', (error as Error).message, { cause: error });
}
