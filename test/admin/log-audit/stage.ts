/** Logs of a day that never was, and an audit of them as the command line makes it. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TypedAudit } from '../../../admin/log-audit/arguments.ts';
import { auditCommand } from '../../../admin/log-audit/command.ts';
import type { AuditReport } from '../../../admin/log-audit/words.ts';
import { createAuditJudge } from '../../../gateway/audit-judge.ts';
import { tempFolder } from '../../support/temp-folder.ts';

export interface LoggedLine {
  host?: string;
  client?: string;
  atMs: number;
  method?: string;
  target: string;
  status?: number;
  agent?: string;
  stamp?: string;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (number: number) => String(number).padStart(2, '0');

export function clfTime(atMs: number): string {
  const at = new Date(atMs);
  const day = `${two(at.getUTCDate())}/${MONTHS[at.getUTCMonth()]}/${at.getUTCFullYear()}`;
  return `${day}:${at.toISOString().slice(11, 19)} +0000`;
}

/** In the combined format, with a host in front where there is one. */
export function lineOf({
  host,
  client = '192.0.2.1',
  atMs,
  method = 'GET',
  target,
  ...more
}: LoggedLine): string {
  const { status = 200, agent = 'Mozilla/5.0', stamp } = more;
  const front = host === undefined ? '' : `${host}:443 `;
  const stamped = stamp === undefined ? '' : ` "${stamp}"`;
  return `${front}${client} - - [${clfTime(atMs)}] "${method} ${target} HTTP/1.1" ${status} 512 "-" "${agent}"${stamped}`;
}

export const START_MS = Date.parse('2026-12-01T15:00:00Z');

/** One room per event, a quarter of its addresses known to the rules. */
export const CONFIG = `
upstreams: { platform: { targets: ["http://127.0.0.1:9000"] } }
rooms:
  "event-{eventid}": { limits: { sessions: 50, admissionsPerMinute: 60 } }
  platform: {}
rules:
  - { name: assets, match: { path: /assets/*, methods: [GET] }, action: bypass, class: asset }
  - { name: event, match: { hosts: [register.example.com], path: /ereg/*, query: { eventid: "{eventid}" } }, room: "event-{eventid}" }
default: { room: platform, upstream: platform }
`;

export interface Audited {
  exitCode: number;
  stdout: string;
  stderr: string;
  /** Throws where standard output is no document. */
  report(): AuditReport;
}

/** `log`: lines, or what a file holds. */
export async function audit(
  log: readonly string[] | Buffer,
  typed: TypedAudit = {},
  config = CONFIG,
): Promise<Audited> {
  const folder = await tempFolder();
  const file = join(folder, 'access.log');
  const configFile = join(folder, 'headgate.yaml');
  await writeFile(file, Buffer.isBuffer(log) ? log : Buffer.from(`${log.join('\n')}\n`, 'latin1'));
  await writeFile(configFile, config);
  return auditFiles([file], { config: configFile, ...typed });
}

export async function auditFiles(files: readonly string[], typed: TypedAudit): Promise<Audited> {
  const parts = { env: {}, judgeFor: createAuditJudge, visitorKey: 20_180_801, progress: null };
  const output = await auditCommand(files, typed, parts);
  const stdout = output.stdout.join('\n');
  return {
    exitCode: output.exitCode,
    stdout,
    stderr: output.stderr.join('\n'),
    report: () => JSON.parse(stdout),
  };
}
