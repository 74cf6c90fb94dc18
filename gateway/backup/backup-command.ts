/** `headgate backup`: everything that makes the lines what they are, in one file, taken beside running gateways. */
import { basename } from 'node:path';
import { type CommandOutput, failed } from '../command-output.ts';
import { HeadgateError } from '../errors.ts';
import type { Room } from '../line/room.ts';
import { writeBackup } from './backup-file.ts';
import { readKeyTexts } from './key-texts.ts';
import { issuedIn } from './revive.ts';
import { configurationOf, type Loaded, openSource } from './store.ts';
import type { BackupHead, RoomSource } from './words.ts';

export interface BackupAsk {
  config?: string | undefined;
  to: string;
  withKeys: boolean;
  json: boolean;
}

export interface CommandParts {
  env: NodeJS.ProcessEnv;
  wallMs(): number;
  /** A line for whoever waits. */
  progress(line: string): void;
}

interface Counted {
  rooms: number;
  issued: number;
  inside: number;
}

const PROGRESS_ROOMS = 100;

export async function backupCommand(ask: BackupAsk, parts: CommandParts): Promise<CommandOutput> {
  let source: RoomSource | undefined;
  try {
    const loaded = configurationOf(ask.config, parts.env);
    source = await openSource(loaded, parts.wallMs());
    const head = await headOf(ask, loaded, source, parts.wallMs());
    const counted = { rooms: 0, issued: 0, inside: 0 };
    await writeBackup(ask.to, head, roomsOf(source, counted, parts));
    return report(ask, head, counted, source.damage);
  } catch (error) {
    if (error instanceof HeadgateError) throw error;
    return failed(`no backup was written to ${ask.to}: ${(error as Error).message}`);
  } finally {
    await source?.close();
  }
}

async function headOf(
  { config, withKeys }: BackupAsk,
  { settings, source }: Loaded,
  { kind, nextEpoch }: RoomSource,
  nowMs: number,
): Promise<BackupHead> {
  return {
    at: new Date(nowMs).toISOString(),
    store: kind,
    config: {
      file: config === undefined ? null : basename(config),
      revision: settings.revision,
      text: source,
    },
    nextEpoch,
    keys: withKeys ? await readKeyTexts(settings.keys.path) : null,
  };
}

async function* roomsOf(
  source: RoomSource,
  counted: Counted,
  { progress }: CommandParts,
): AsyncGenerator<Room> {
  const names = await source.names();
  for (const name of names) {
    const room = await source.read(name);
    // Forgotten meanwhile, or never configured: nobody would miss it.
    if (!room?.law) continue;
    counted.rooms += 1;
    counted.issued += issuedIn(room);
    counted.inside += room.sessions.size;
    if (counted.rooms % PROGRESS_ROOMS === 0) progress(`${counted.rooms} of ${names.length} rooms`);
    yield room;
  }
}

function report(
  { to, json }: BackupAsk,
  { at, store, keys }: BackupHead,
  counted: Counted,
  damage: readonly string[],
): CommandOutput {
  const keyFiles = keys === null ? 0 : Object.keys(keys).length;
  const document = { ok: damage.length === 0, file: to, at, store, ...counted, keyFiles, damage };
  const told =
    `${to}: ${counted.rooms} rooms (${counted.issued} numbers given, ${counted.inside} inside), ` +
    `${keyFiles} key files, from the ${store} store at ${at}`;
  const stderr = damage.map((what) => `headgate: ${what}`);
  if (keyFiles > 0) stderr.push('headgate: it holds the signing keys: keep it as secret as they are');
  return {
    exitCode: damage.length === 0 ? 0 : 1,
    stdout: [json ? JSON.stringify(document, null, 2) : told],
    stderr,
  };
}
