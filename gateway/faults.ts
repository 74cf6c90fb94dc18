/** A fault in one request is no reason to drop all others: it is logged, and the process goes on. */
import type { Log } from './observe/logger.ts';

export function survive(log: Log): void {
  process.on('unhandledRejection', (error) =>
    log.say('error', { error: describe(error) }, 'an unhandled rejection; the gateway goes on'),
  );
  process.on('uncaughtException', (error) =>
    log.say('error', { error: describe(error) }, 'an uncaught exception; the gateway goes on'),
  );
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
