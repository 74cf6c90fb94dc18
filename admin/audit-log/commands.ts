/** `headgate audit-log verify` and `export`: exit code 0 for a whole log, 1 where it was touched, 2 where there is none. */
import { existsSync } from 'node:fs';
import type { CommandOutput } from '../../gateway/command-output.ts';
import { controlFile } from '../data/open.ts';
import { exportLines, verifyExport } from './export.ts';
import { verifyData } from './verify-data.ts';
import type { Walked } from './walk.ts';

export interface VerifyAsked {
  /** An export; null: the data folder itself. */
  file: string | null;
  dataPath: string;
  json: boolean;
}

export async function verifyCommand({ file, dataPath, json }: VerifyAsked): Promise<CommandOutput> {
  if (file !== null && !existsSync(file)) return usage(`there is no file ${file}`);
  const walked = file === null ? verifyData(controlFile(dataPath)) : await verifyExport(file);
  if (walked === null)
    return usage(`there is no audit log in ${dataPath}; name the data folder by --data or HEADGATE_DATA`);
  const ok = walked.faults.length === 0;
  return { exitCode: ok ? 0 : 1, stdout: json ? [asJson(walked, ok)] : asText(walked, ok), stderr: [] };
}

/** Null: there is none. */
export function exportCommand(dataPath: string): Iterable<string> | null {
  const file = controlFile(dataPath);
  return existsSync(file) ? exportLines(file) : null;
}

export function usage(message: string): CommandOutput {
  return { exitCode: 2, stdout: [], stderr: [`headgate: ${message}`] };
}

function asJson({ entries, count, hash, faults }: Walked, ok: boolean): string {
  return JSON.stringify({ ok, entries, last: { position: count, hash }, faults }, null, 2);
}

function asText({ entries, count, hash, faults }: Walked, ok: boolean): string[] {
  if (ok) return [`the audit log is whole: ${entries} entries, the last is ${count} (${hash})`];
  return [
    `the audit log is NOT whole (${entries} entries were read):`,
    ...faults.map(({ message }) => `  ${message}`),
  ];
}
