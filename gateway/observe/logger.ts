/** Logs that stay readable in a storm: the first lines of a kind each second, then a count of what was left out. */
import { type Logger as Pino, pino } from 'pino';
import type { Clock } from '../clock.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface LogOptions {
  level: string;
  samplePerSecond: number;
  /** On every line; null: nothing more. */
  facts?: object | null;
}

export interface Log {
  /** Always written. */
  say(level: LogLevel, facts: object, message: string): void;
  /** Written at most `samplePerSecond` times a second for one key; the rest is counted. */
  sample(key: string, level: LogLevel, facts: () => object, message: string): void;
  /** After a reload. */
  adjust(options: LogOptions): void;
  close(): void;
}

/** More kinds than this share one count, so that no input can grow the table. */
const MAX_KEYS = 1_000;
const OTHER_KEYS = 'other';

export function createLog(options: LogOptions, clock: Clock, pinoLog: Pino = standardOutput(options)): Log {
  let { samplePerSecond } = options;
  const written = new Map<string, number>();
  let second = 0;

  const startSecond = (now: number) => {
    for (const [key, count] of written) {
      const leftOut = count - samplePerSecond;
      if (leftOut > 0) pinoLog.warn({ key, leftOut }, 'log lines left out');
    }
    written.clear();
    second = now;
  };
  const flush = setInterval(() => startSecond(Math.floor(clock.monotonicMs() / 1000)), 1000);
  flush.unref();

  return {
    say: (level, facts, message) => pinoLog[level](facts, message),
    sample(key, level, facts, message) {
      if (!pinoLog.isLevelEnabled(level)) return;
      const now = Math.floor(clock.monotonicMs() / 1000);
      if (now !== second) startSecond(now);
      const bounded = written.size < MAX_KEYS || written.has(key) ? key : OTHER_KEYS;
      const count = (written.get(bounded) ?? 0) + 1;
      written.set(bounded, count);
      if (count <= samplePerSecond) pinoLog[level](facts(), message);
    },
    adjust(changed) {
      pinoLog.level = changed.level;
      samplePerSecond = changed.samplePerSecond;
    },
    close() {
      clearInterval(flush);
      startSecond(0);
      pinoLog.flush();
    },
  };
}

/** Lines are gathered and written in the background: logging never delays a request. */
function standardOutput({ level, facts }: LogOptions): Pino {
  const destination = pino.destination({ dest: 1, sync: false, minLength: 0 });
  return pino(
    {
      level,
      base: facts ?? null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
}
