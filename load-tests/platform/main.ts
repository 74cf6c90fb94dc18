/** `npm run platform`: the demo platform as a process; ends cleanly on SIGTERM and Ctrl-C. Exit codes: 0 good, 1 failure, 2 wrong usage. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { startPlatform } from './platform.ts';
import type { PlatformObserver } from './watch.ts';

interface Options {
  port: number;
  host: string;
  idleSeconds: number;
  integrated: boolean;
  reportTo?: string;
  tokenFile?: string;
  stampKeys?: string;
  refuse: boolean;
  rehearsalToken?: string;
}

function numberBetween(least: number, most: number, isWhole: boolean) {
  return (text: string): number => {
    const value = Number(text);
    const isRight =
      text.trim() !== '' && value >= least && value <= most && (!isWhole || Number.isInteger(value));
    if (!isRight)
      throw new InvalidArgumentError(`must be a ${isWhole ? 'whole ' : ''}number from ${least} to ${most}`);
    return value;
  };
}

function readOptions(): Options {
  const program = new Command('platform')
    .description('A small registration platform to put a gate in front of.')
    .option('--port <n>', 'port to listen on; 0 takes a free one', numberBetween(0, 65_535, true), 9000)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--idle-seconds <s>', 'a session ends after this long', numberBetween(0.1, 86_400, false), 600)
    .option('--integrated', 'tell a gate of sessions, registrations, seats and the build', false)
    .addOption(
      integratedOption(
        '--stamp-keys <folder>',
        'keys of the gate’s stamps: turns the observer on',
        'STAMP_KEYS',
      ),
    )
    .addOption(integratedOption('--report-to <url>', 'admin API that the observer reports to', 'REPORT_TO'))
    .addOption(integratedOption('--token-file <file>', 'file with the token for it', 'TOKEN_FILE'))
    .addOption(
      integratedOption(
        '--rehearsal-token <text>',
        'what it answers at /.well-known/headgate-rehearsal: it may be rehearsed with',
        'REHEARSAL_TOKEN',
      ),
    )
    .option('--refuse', 'refuse what did not come through the gate', false)
    .allowExcessArguments(false)
    .exitOverride();
  const options = program.parse().opts<Options>();
  const wrong = wrongUse(options);
  return wrong === null ? options : program.error(`error: ${wrong}`);
}

function integratedOption(flags: string, description: string, variable: string): Option {
  return new Option(flags, description).env(`HEADGATE_PLATFORM_${variable}`);
}

/** What is missing for the options that were given; null: nothing. */
function wrongUse({
  integrated,
  stampKeys,
  reportTo,
  tokenFile,
  refuse,
  ...options
}: Options): string | null {
  if (options.rehearsalToken !== undefined && !integrated) return '--rehearsal-token needs --integrated';
  const isAsked = stampKeys !== undefined || reportTo !== undefined || refuse;
  if (isAsked && !integrated) return '--stamp-keys, --report-to and --refuse need --integrated';
  if (isAsked && stampKeys === undefined) return '--report-to and --refuse need --stamp-keys';
  if (reportTo !== undefined && tokenFile === undefined) return '--report-to needs --token-file';
  return null;
}

function observerOf({ stampKeys, reportTo, tokenFile, refuse }: Options): PlatformObserver | undefined {
  return stampKeys === undefined ? undefined : { stampKeys, reportTo, tokenFile, refuse };
}

async function main(): Promise<void> {
  const options = readOptions();
  const platform = await startPlatform({ ...options, observer: observerOf(options) });
  console.log(`registration platform on ${platform.url}, books at ${platform.url}/_platform/stats`);
  const stop = () => platform.close().then(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

try {
  await main();
} catch (error) {
  process.exitCode = report(error);
}

/** Says what went wrong and returns the exit code. */
function report(error: unknown): number {
  // Commander has already printed its message.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const { code, message } = error as NodeJS.ErrnoException;
  const isTaken = code === 'EADDRINUSE';
  console.error(isTaken ? `${message}; choose another with --port` : `cannot start: ${message}`);
  return 1;
}
