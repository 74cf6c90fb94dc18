/** What the command is given from outside: streams, environment, how it is ended. Types only. */
import type { Screen } from './progress.ts';

export interface CommandParts {
  env: NodeJS.ProcessEnv;
  /** The document, or the summary. */
  stdout: { write(text: string): unknown };
  /** Progress, and what is wrong. */
  stderr: Screen;
  /** Aborts at Ctrl-C. */
  signal: AbortSignal;
  nowMs(): number;
}
