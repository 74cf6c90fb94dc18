/** `headgate override`: an operator's word to this host's gateways, by way of the disk alone: it needs no store, no admin process and no network. */
import { existsSync } from 'node:fs';
import type { Clock } from '../clock.ts';
import { type CommandOutput, failed, printable } from '../command-output.ts';
import { type Asked, readAsked, type Typed, USAGE } from './asked.ts';
import { type Heard, heardBy } from './heard.ts';
import {
  overrideFile,
  overrideFolder,
  readOverrides,
  removeOverride,
  type StoredOverride,
  writeOverride,
} from './override-file.ts';

export interface OverrideParts {
  dataPath: string;
  /** How long to wait for the gateways, of which each looks once a second. */
  patienceMs: number;
  clock: Clock;
  newId(): string;
}

const MINUTE_MS = 60_000;

/** Exit code 0: every gateway that lives on the data folder obeys; 1: none lives, or one did not answer. */
export async function overrideCommand(typed: Typed, parts: OverrideParts): Promise<CommandOutput> {
  const asked = readAsked(typed);
  if (asked.kind === 'wrong') return { exitCode: 2, stdout: [], stderr: [`headgate: ${asked.says}`, USAGE] };
  // A folder that was made here would hide that the name is wrong.
  if (!existsSync(parts.dataPath))
    return failed(`there is no data folder ${parts.dataPath}; name it by --data or HEADGATE_DATA`);
  if (asked.kind === 'set') return set(asked, parts);
  return asked.kind === 'lift' ? lift(asked.room, parts) : list(parts);
}

async function set(asked: Asked & { kind: 'set' }, parts: OverrideParts): Promise<CommandOutput> {
  const { dataPath, clock } = parts;
  const { room, action, limit, minutes, reason } = asked;
  const folder = overrideFolder(dataPath);
  const since = clock.wallMs();
  const override = {
    id: parts.newId(),
    room,
    action,
    limit,
    reason,
    since,
    until: since + minutes * MINUTE_MS,
  };
  const file = await writeOverride(folder, override);
  const heard = await heardBy(dataPath, { room, id: override.id }, clock, parts.patienceMs);
  const told = [`${described(override)}, written to ${file}`, ...heard.map(lineOf)];
  if (heard.length > 0 && heard.every(({ says }) => says === 'unknown-room')) {
    await removeOverride(folder, room);
    return failed(`no gateway on ${dataPath} has a room "${room}": taken back, nothing has changed`);
  }
  return judged(heard, told, `${dataPath}: the next gateway that starts there obeys it until then`);
}

async function lift(room: string, parts: OverrideParts): Promise<CommandOutput> {
  const folder = overrideFolder(parts.dataPath);
  const file = overrideFile(folder, room);
  if (!existsSync(file)) return failed(`room "${room}" has no override in ${folder}`);
  await removeOverride(folder, room);
  const heard = await heardBy(parts.dataPath, { room, id: null }, parts.clock, parts.patienceMs);
  const told = [`lifted: ${file} is gone`, ...heard.map(lineOf)];
  return heard.length === 0 ? { exitCode: 0, stdout: told, stderr: [] } : judged(heard, told, '');
}

async function list({ dataPath, clock }: OverrideParts): Promise<CommandOutput> {
  const { overrides, damaged } = await readOverrides(overrideFolder(dataPath));
  const lines = overrides.map((override) => {
    const isOver = override.until <= clock.wallMs();
    return `${described(override)}${isOver ? ' (over)' : ''}: ${printable(override.reason)}`;
  });
  return {
    exitCode: 0,
    stdout: lines.length > 0 ? lines : [`no overrides in ${overrideFolder(dataPath)}`],
    stderr: damaged.map(({ file, why }) => `headgate: ${file} is damaged and ignored: ${why}`),
  };
}

function judged(heard: readonly Heard[], stdout: string[], waiting: string): CommandOutput {
  const silent = heard.filter(({ says }) => says !== 'heard').length;
  if (heard.length === 0) return { exitCode: 1, stdout, stderr: [`headgate: no gateway runs on ${waiting}`] };
  if (silent === 0) return { exitCode: 0, stdout, stderr: [] };
  const stderr = [
    `headgate: ${silent} of ${heard.length} gateways did not take it; it goes on to be offered`,
  ];
  return { exitCode: 1, stdout, stderr };
}

const SAYS: Record<Heard['says'], string> = {
  heard: 'has taken it',
  'unknown-room': 'has no room of this name',
  nothing: 'HAS NOT ANSWERED',
};

function lineOf({ id, pid, says }: Heard): string {
  return `gateway ${id} (process ${pid}) ${SAYS[says]}`;
}

function described({ room, action, limit, until }: StoredOverride): string {
  const what = limit === null ? action : `${action} ${limit}`;
  return `${room}: ${what} until ${new Date(until).toISOString()}`;
}
