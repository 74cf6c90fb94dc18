/** `headgate backup` and `headgate restore`. */
import type { Command } from 'commander';
import type { CommandParts } from '../backup/backup-command.ts';
import { asDocument, type CommandOutput } from '../command-output.ts';

interface BackupOptions {
  config?: string;
  to: string;
  withoutKeys?: boolean;
  json?: boolean;
}

interface RestoreOptions {
  config?: string;
  room?: string;
  lift?: boolean;
  withKeys?: boolean;
  json?: boolean;
}

type Print = (output: CommandOutput) => void;

export function addBackup(program: Command, parts: CommandParts, print: Print): void {
  program
    .command('backup')
    .description('write rooms, signing keys and configuration to one file, beside running gateways')
    .option('-c, --config <file>', 'configuration whose store and keys are meant (else HEADGATE_CONFIG)')
    .requiredOption('--to <file>', 'where to; packed when it ends in .gz. SECRET: it holds the signing keys')
    .option('--without-keys', 'leave the signing keys and the draw’s secret out')
    .option('--json', 'one JSON document on standard output')
    .action(async (options: BackupOptions) => {
      const { config = parts.env.HEADGATE_CONFIG, to, withoutKeys = false, json = false } = options;
      const { backupCommand } = await import('../backup/backup-command.ts');
      const output = await backupCommand({ config, to, withKeys: !withoutKeys, json }, parts);
      print(json ? asDocument(output) : output);
    });
}

export function addRestore(program: Command, parts: CommandParts, print: Print): void {
  program
    .command('restore')
    .description('bring rooms back from a backup; a live line is refused, or lifted, and never goes back')
    .argument('<file>', 'the backup')
    .option('-c, --config <file>', 'configuration whose store is meant (else HEADGATE_CONFIG)')
    .option('--room <room>', 'this room alone')
    .option('--lift', 'raise live lines to the backup’s numbers instead of refusing')
    .option('--with-keys', 'add key files that are missing here')
    .option('--json', 'one JSON document on standard output')
    .action(async (file: string, options: RestoreOptions) => {
      const {
        config = parts.env.HEADGATE_CONFIG,
        room,
        lift = false,
        withKeys = false,
        json = false,
      } = options;
      const { restoreCommand } = await import('../backup/restore-command.ts');
      const output = await restoreCommand({ file, config, room, lift, withKeys, json }, parts);
      print(json ? asDocument(output) : output);
    });
}
