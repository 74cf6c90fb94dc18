/** What a report is bound to beside the configuration: the code that ran, and the machine that it ran on. */
import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { RehearsalReport } from '../report-words.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** `unknown` where the code is in no repository. */
export function commitOf(): string {
  try {
    const args = ['-C', ROOT, 'rev-parse', 'HEAD'];
    return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return 'unknown';
  }
}

export function machineOf(): RehearsalReport['machine'] {
  const all = cpus();
  const memoryGiB = Math.round((totalmem() / 2 ** 30) * 10) / 10;
  return { cpus: `${all.length} × ${all[0]?.model.trim() ?? 'unknown'}`, memoryGiB, node: process.version };
}
