/** `npm run platform`: the demo platform as a process; ends cleanly on SIGTERM and Ctrl-C. Exit codes: 0 good, 1 failure, 2 wrong usage. */
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { startPlatform } from './platform.ts';

interface Options {
  port: number;
  host: string;
  idleSeconds: number;
  integrated: boolean;
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
    .allowExcessArguments(false)
    .exitOverride();
  return program.parse().opts();
}

async function main(): Promise<void> {
  const options = readOptions();
  const platform = await startPlatform(options);
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
