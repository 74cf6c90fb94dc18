/** Runs the command line as a process of its own, and hears what it prints and how it ends. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface CommandEnd {
  code: number;
  stdout: string;
  stderr: string;
}

const MAIN = fileURLToPath(new URL('../../gateway/main.ts', import.meta.url));
const LONGEST_MS = 100_000;

export function headgate(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<CommandEnd> {
  const options = { env: { ...process.env, ...env }, timeout: LONGEST_MS, maxBuffer: 2 ** 26 };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [MAIN, ...args], options, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}
