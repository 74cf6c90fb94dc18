/** The command line, wired: what each command needs of gateway, admin and load-tests is handed to it here. Exit codes: 0 good, 1 findings or failure, 2 wrong usage. A command loads what it alone needs. */
import { randomInt } from 'node:crypto';
import { Command, CommanderError } from 'commander';
import { auditLogCommands, type CommandLineParts, tokenCommands } from '../admin/command-line.ts';
import type { TypedAudit } from '../admin/log-audit/arguments.ts';
import type { TimelineOptions } from '../admin/timeline/command.ts';
import type { BenchOptions } from '../load-tests/bench/options.ts';
import { addRehearse } from '../load-tests/rehearse/command/arguments.ts';
import packageJson from '../package.json' with { type: 'json' };
import type { CommandParts } from './backup/backup-command.ts';
import { systemClock } from './clock.ts';
import { asDocument, type CommandOutput } from './command-output.ts';
import { addBackup, addRestore } from './commands/backup.ts';
import { addDraw } from './commands/draw.ts';
import { addKeys } from './commands/keys.ts';
import { addOverride } from './commands/override.ts';
import { dataFolder } from './data-folder.ts';
import { HeadgateError } from './errors.ts';

interface StartOptions {
  config?: string;
  gatewayOnly?: boolean;
  adminOnly?: boolean;
}

const onStandardError: CommandParts = {
  env: process.env,
  wallMs: systemClock.wallMs,
  progress: (line) => console.error(`headgate: ${line}`),
};

function print({ exitCode, stdout, stderr }: CommandOutput): void {
  for (const line of stdout) console.log(line);
  for (const line of stderr) console.error(line);
  process.exitCode = exitCode;
}

const AUDIT_HELP = `
Exit code 0: nothing found; 1: findings; 2: wrong usage, or what cannot be read.

  headgate audit access.log --config headgate.yaml --host register.example.com
  headgate audit access.log.2.gz access.log.1 --config headgate.yaml --html audit.html
  zcat all/*.gz | headgate audit - --config headgate.yaml --json
  headgate audit access.log --config headgate.yaml --from 2026-12-01T14:00Z --to 2026-12-01T16:00Z

Log lines that name the host, for nginx, Apache and HAProxy: docs/operating.md.`;

const program = new Command('headgate')
  .description('A registration traffic queue and admission gateway.')
  .version(packageJson.version)
  .showHelpAfterError()
  .exitOverride();

program
  .command('start')
  .description('run the gateway; without a configuration the demo platform stands behind it')
  .option('-c, --config <file>', 'configuration (else HEADGATE_CONFIG)')
  .option('--gateway-only', 'run the gateway without the admin process')
  .option('--admin-only', 'run the admin process without a gateway (Redis only)')
  .action(async ({ config, gatewayOnly, adminOnly }: StartOptions) => {
    if (gatewayOnly && adminOnly)
      program.error('error: name one of --gateway-only and --admin-only', { exitCode: 2 });
    const [{ runStart }, { startPlatform }, { adminStarter }, { createAuditJudge }] = await Promise.all([
      import('./run-start.ts'),
      import('../load-tests/platform/platform.ts'),
      import('../admin/start.ts'),
      import('./audit-judge.ts'),
    ]);
    await runStart({
      configFile: config ?? process.env.HEADGATE_CONFIG,
      env: process.env,
      share: adminOnly ? 'admin' : gatewayOnly ? 'gateway' : 'all',
      startPlatform,
      startAdmin: adminStarter(createAuditJudge),
    });
  });

program
  .command('check')
  .description('tell every error and every danger of a configuration')
  .argument('[config]', 'the YAML file')
  .option('--json', 'one JSON document on standard output')
  .option('--schema', 'print the JSON Schema of configurations')
  .action(async (file: string | undefined, options: { json?: boolean; schema?: boolean }) => {
    const { checkCommand } = await import('../config/check-command.ts');
    const { exitCode, stdout, stderr } = checkCommand(file, options, process.env, Date.now());
    process.stdout.write(stdout);
    process.stderr.write(stderr);
    process.exitCode = exitCode;
  });

program
  .command('audit')
  .description('how a configuration would have treated the day that an access log tells of')
  .argument('<access-log...>', 'files, packed by gzip or not; - for standard input')
  .option('-c, --config <file>', 'the configuration (else HEADGATE_CONFIG)')
  .option('--host <host>', 'host of lines that name none')
  .option('--from <time>', 'from this time on: 2026-12-01T15:00:00Z; without a zone UTC')
  .option('--to <time>', 'before this time')
  .option('--format <format>', 'auto, combined, vhost or json', 'auto')
  .option('--html <file>', 'write the report as a page, too')
  .option('--json', 'one JSON document on standard output')
  .addHelpText('after', AUDIT_HELP)
  .action(async (logs: string[], options: TypedAudit) => {
    const { keepYoungSmall } = await import('../admin/log-audit/small-heap.ts');
    keepYoungSmall();
    const { auditCommand } = await import('../admin/log-audit/command.ts');
    const { createAuditJudge } = await import('./audit-judge.ts');
    const output = await auditCommand(
      logs,
      { ...options, config: options.config ?? process.env.HEADGATE_CONFIG },
      {
        env: process.env,
        judgeFor: createAuditJudge,
        visitorKey: randomInt(2 ** 32),
        progress: process.stderr.isTTY ? onStandardError.progress : null,
      },
    );
    print(options.json === true ? asDocument(output) : output);
  });

async function folderOf({ data, config }: { data?: string; config?: string }): Promise<string> {
  return data ?? (await dataFolder(config ?? process.env.HEADGATE_CONFIG, process.env));
}

const keys = addKeys(program, process.env, systemClock.wallMs);
const onAdminData: CommandLineParts = {
  dataFolder: folderOf,
  print,
  clock: systemClock,
};
keys.addCommand(tokenCommands(onAdminData));
program.addCommand(auditLogCommands(onAdminData));

addOverride(program, process.env, print);
addDraw(program, print);
addBackup(program, onStandardError, print);
addRestore(program, onStandardError, print);

const dataOf = async (typed: { data?: string; config?: string }) => ({
  dataPath: await folderOf(typed),
  wallMs: systemClock.wallMs,
});

program
  .command('timeline')
  .description('what happened, in order, with figures of each minute; needs no running admin process')
  .option('--from <time>', 'begin: 90m, 2h, 3d ago, or 2026-12-01T15:00:00Z', '2h')
  .option('--to <time>', 'end', 'now')
  .option('--room <room>', 'of this room, and of the whole platform')
  .option('--format <format>', 'markdown or json', 'markdown')
  .option('--data <folder>', 'data folder of the admin process (else HEADGATE_DATA, else ./data)')
  .option('-c, --config <file>', 'its configuration, whose data folder counts')
  .action(async (options: TimelineOptions & { data?: string; config?: string }) => {
    const { timelineCommand } = await import('../admin/timeline/command.ts');
    print(timelineCommand(options, await dataOf(options)));
  });

program
  .command('handover')
  .description('a note for the next shift: how things stand, what changed and why, what to watch')
  .option('--hours <n>', 'how far to look back', '8')
  .option('--json', 'one JSON document on standard output')
  .option('--data <folder>', 'data folder of the admin process (else HEADGATE_DATA, else ./data)')
  .option('-c, --config <file>', 'its configuration, whose data folder counts')
  .action(async (options: { hours: string; json?: boolean; data?: string; config?: string }) => {
    const { handoverCommand } = await import('../admin/timeline/command.ts');
    print(handoverCommand(options, await dataOf(options)));
  });

addRehearse(program, async (scenario, typed) => {
  const { runRehearse } = await import('../load-tests/rehearse/command/main.ts');
  return runRehearse(scenario, typed);
});

program
  .command('bench')
  .description('CPU time of each path beside a peer measured in the same run')
  .option('--json', 'one JSON document on standard output')
  .option('--svg [file]', 'writes the comparison as a picture (docs/bench.svg)')
  .option('--runs <n>', 'runs of which the median counts (5)')
  .option('--amount <n>', 'requests a measurement (20000)')
  .option('--joins <n>', 'joins before memory and size are measured (1000000)')
  .option('--only <parts>', 'some of paths, forward, size, redis, redis-size, audit')
  .action(async (options: BenchOptions) => {
    // Brings its own load generator, which an installation without development packages does not have.
    const { benchCommand } = await import('../load-tests/bench/command.ts');
    process.exitCode = await benchCommand(options);
  });

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else if (error instanceof HeadgateError) {
    console.error(`headgate: ${error.code}: ${error.message}`);
    process.exitCode = 1;
  } else throw error;
}
