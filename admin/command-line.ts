/** The admin process's commands: `headgate keys token …` and `headgate audit-log …`. */
import { once } from 'node:events';
import { Command } from 'commander';
import type { Clock } from '../gateway/clock.ts';
import type { CommandOutput } from '../gateway/command-output.ts';
import type { TokenAsked } from './auth/token-commands.ts';

export interface CommandLineParts {
  /** Where the data are: what was typed, else by configuration and environment. */
  dataFolder(options: { data?: string; config?: string }): Promise<string>;
  print(output: CommandOutput): void;
  clock: Clock;
}

interface Place {
  data?: string;
  config?: string;
}

interface NewOptions {
  role: string;
  name: string;
  rooms?: string;
  expiresHours?: string;
}

/** Below `headgate keys`. */
export function tokenCommands({ dataFolder, print, clock }: CommandLineParts): Command {
  const run = async (asked: TokenAsked, place: Place) => {
    const { tokenCommand } = await import('./auth/token-commands.ts');
    print(tokenCommand(asked, await dataFolder(place), clock));
  };
  const token = command('token', 'tokens of the admin API');
  token.addCommand(
    placed('new', 'make a token and print it, this once')
      .requiredOption('--role <role>', 'observer, viewer, organiser, operator or admin')
      .requiredOption('--name <name>', 'whose it is; the audit log tells who did what by it')
      .option('--rooms <rooms>', 'an organiser’s rooms, with commas between')
      .option('--expires-hours <n>', 'worth nothing after so long (else never)')
      .action(async (options: NewOptions, typed: Command) => {
        const { role, name, rooms, expiresHours } = options;
        await run({ kind: 'new', role, name, rooms, expiresHours }, placeOf(typed));
      }),
  );
  token.addCommand(
    placed('list', 'list the tokens; never their secrets').action((_options: Place, typed: Command) =>
      run({ kind: 'list' }, placeOf(typed)),
    ),
  );
  token.addCommand(
    placed('revoke', 'withdraw a token at once')
      .argument('<id>', 'of the list')
      .action((id: string, _options: Place, typed: Command) => run({ kind: 'revoke', id }, placeOf(typed))),
  );
  return token;
}

export function auditLogCommands({ dataFolder, print }: CommandLineParts): Command {
  const auditLog = command('audit-log', 'who did what and why: verify and export');
  auditLog.addCommand(
    placed('verify', 'find any change, cut or reordering; exit code 1 where there is one')
      .argument('[file]', 'an export (else the data folder)')
      .option('--json', 'one JSON document on standard output')
      .action(async (file: string | undefined, options: Place & { json?: boolean }) => {
        const { json = false } = options;
        const { verifyCommand } = await import('./audit-log/commands.ts');
        print(await verifyCommand({ file: file ?? null, dataPath: await dataFolder(options), json }));
      }),
  );
  auditLog.addCommand(
    placed('export', 'write the audit log as JSON lines to standard output').action(async (place: Place) => {
      const { exportCommand, usage } = await import('./audit-log/commands.ts');
      const lines = exportCommand(await dataFolder(place));
      if (lines === null)
        print(usage('there is no audit log; name the data folder by --data or HEADGATE_DATA'));
      else await writeOut(lines);
    }),
  );
  return auditLog;
}

/** Commands that are added to others do not take their behaviour over by themselves. */
function command(name: string, description: string): Command {
  return new Command(name).description(description).showHelpAfterError().exitOverride();
}

/** `headgate keys` has an option of the same name, and takes it wherever it is typed. */
function placeOf(typed: Command): Place {
  return typed.optsWithGlobals<Place>();
}

function placed(name: string, description: string): Command {
  return command(name, description)
    .option('--data <folder>', 'data folder (else HEADGATE_DATA, else ./data)')
    .option('-c, --config <file>', 'configuration whose data folder counts');
}

async function writeOut(lines: Iterable<string>): Promise<void> {
  // Whoever reads may stop early: `… | head`.
  process.stdout.on('error', () => process.exit(0));
  for (const line of lines) if (!process.stdout.write(line)) await once(process.stdout, 'drain');
}
