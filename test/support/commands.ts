/** The commands of the command line without a process of their own, which would cost a second each; what they print is the same. */
import { backupCommand } from '../../gateway/backup/backup-command.ts';
import { restoreCommand } from '../../gateway/backup/restore-command.ts';
import { systemClock } from '../../gateway/clock.ts';
import type { CommandOutput } from '../../gateway/command-output.ts';
import { HeadgateError } from '../../gateway/errors.ts';
import { overrideCommand } from '../../gateway/overrides/command.ts';
import type { CommandEnd } from './command-line.ts';

/** A busy machine is no stuck gateway. */
const PATIENCE_MS = 60_000;

/** As `headgate override <words> --minutes 30 --reason 'the database is slow'`, for a data folder. */
export function override(dataPath: string, words: string, options: { patienceMs?: number } = {}) {
  const isOrder = !/^(list|lift .*)$/.test(words);
  const how = isOrder ? { minutes: '30', reason: 'the database is slow' } : {};
  const { patienceMs = PATIENCE_MS } = options;
  const parts = { dataPath, patienceMs, clock: systemClock, newId: () => crypto.randomUUID() };
  return ended(overrideCommand({ words: words.split(' '), ...how }, parts));
}

export function backup(env: NodeJS.ProcessEnv, to: string, how: { withKeys?: boolean; json?: boolean } = {}) {
  const ask = { config: env.HEADGATE_CONFIG, to, withKeys: true, json: false, ...how };
  return ended(backupCommand(ask, partsOf(env)));
}

export function restore(
  env: NodeJS.ProcessEnv,
  file: string,
  how: { room?: string; lift?: boolean; withKeys?: boolean; json?: boolean } = {},
) {
  const ask = { file, config: env.HEADGATE_CONFIG, lift: false, withKeys: false, json: false, ...how };
  return ended(restoreCommand(ask, partsOf(env)));
}

function partsOf(env: NodeJS.ProcessEnv) {
  return { env, wallMs: systemClock.wallMs, progress: () => {} };
}

/** As gateway/main.ts ends. */
async function ended(command: Promise<CommandOutput>): Promise<CommandEnd> {
  try {
    const { exitCode, stdout, stderr } = await command;
    return { code: exitCode, stdout: stdout.join('\n'), stderr: stderr.join('\n') };
  } catch (error) {
    if (!(error instanceof HeadgateError)) throw error;
    return { code: 1, stdout: '', stderr: `headgate: ${error.code}: ${error.message}` };
  }
}
