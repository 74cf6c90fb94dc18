/** Starts programs, this project's own above all, as children that never outlive their parent, and remembers the end of what they print. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface Child {
  readonly pid: number;
  /** The last part of what it printed, both streams together. */
  output(): string;
  /** Resolves with the first match in its output; rejects when it ends, or when `withinMs` are over, without one. */
  printed(pattern: RegExp, withinMs?: number): Promise<RegExpExecArray>;
  isRunning(): boolean;
  /** Resolves with the exit code; null: ended by a signal. */
  readonly ended: Promise<number | null>;
  signal(signal: NodeJS.Signals): void;
  /** Sends the signal (SIGKILL by default) and resolves as `ended` does. */
  kill(signal?: NodeJS.Signals): Promise<number | null>;
}

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OUTPUT_KEPT = 262_144;
const running = new Set<ChildProcess>();

/** Kills at once whatever still runs. */
export function killAllChildren(): void {
  for (const child of running) child.kill('SIGKILL');
}

process.on('exit', killAllChildren);

/** Runs `node <script> <args>`, the script named from the project's root. */
export function startChild(
  script: string,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
  group: Group = 'ours',
): Child {
  return startProgram(process.execPath, [script, ...args], env, ROOT, group);
}

/** `own`: Ctrl-C at a terminal does not reach it, and its parent, which must hear of Ctrl-C itself, decides when it ends. */
export type Group = 'ours' | 'own';

/** Runs any program, in the project's root unless a folder is named. */
export function startProgram(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  folder = ROOT,
  group: Group = 'ours',
): Child {
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: group === 'own',
  });
  running.add(child);
  const ended = once(child, 'exit').then(([code]) => {
    running.delete(child);
    return code as number | null;
  });
  // Closed, and not just exited: the streams may still hold the last lines when the process has ended.
  const output = keepOutput(child, once(child, 'close'));
  const isRunning = () => running.has(child);
  return {
    pid: child.pid!,
    output: output.text,
    isRunning,
    ended,
    printed: (pattern, withinMs = 90_000) => output.match(pattern, withinMs),
    signal: (signal) => void child.kill(signal),
    kill(signal = 'SIGKILL') {
      if (isRunning()) child.kill(signal);
      return ended;
    },
  };
}

function keepOutput(child: ChildProcess, closed: Promise<unknown>) {
  let text = '';
  const listeners = new Set<() => void>();
  const take = (chunk: Buffer) => {
    text = (text + chunk).slice(-OUTPUT_KEPT);
    for (const listener of listeners) listener();
  };
  child.stdout?.on('data', take);
  child.stderr?.on('data', take);
  return {
    text: () => text,
    async match(pattern: RegExp, withinMs: number): Promise<RegExpExecArray> {
      const found = Promise.withResolvers<RegExpExecArray>();
      const look = () => {
        const match = pattern.exec(text);
        if (match) found.resolve(match);
      };
      const fail = (what: string) => found.reject(new Error(`${what} without printing ${pattern}:\n${text}`));
      const timer = setTimeout(fail, withinMs, `${withinMs} ms passed`);
      listeners.add(look);
      void closed.then(() => fail('it ended'));
      look();
      try {
        return await found.promise;
      } finally {
        clearTimeout(timer);
        listeners.delete(look);
      }
    },
  };
}
