/** Hands the command its streams and its end: the first Ctrl-C ends it cleanly, the second one at once. */
import { killAllChildren } from '../../child-process.ts';
import { rehearseCommand } from './rehearse.ts';
import type { Typed } from './typed.ts';

const INTERRUPTED = 130;

export async function runRehearse(scenario: string | undefined, typed: Typed): Promise<number> {
  const over = new AbortController();
  const interrupt = () => {
    if (over.signal.aborted) {
      killAllChildren();
      process.exit(INTERRUPTED);
    }
    process.stderr.write('\nending; once more to leave at once\n');
    over.abort(new Error('it was interrupted'));
  };
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.on(signal, interrupt);
  // Nobody reads on, as after `| head`: what was begun is ended all the same, and its exit code stands.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', endOfPipe);
  try {
    return await rehearseCommand(scenario, typed, {
      ...{ env: process.env, stdout: process.stdout, stderr: process.stderr, signal: over.signal },
      nowMs: () => performance.now(),
    });
  } catch (error) {
    if (!over.signal.aborted) throw error;
    // Ended before there was anything to report of.
    process.stderr.write(`headgate rehearse: ${(error as Error).message}\n`);
    return 1;
  } finally {
    for (const signal of signals) process.off(signal, interrupt);
  }
}

function endOfPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
