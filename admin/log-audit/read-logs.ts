/** Reads the logs of an audit, one after the other, line by line into the books. */
import { createLineParser } from '../observer/access-log.js';
import { openLog, readLines } from '../observer/log-lines.js';
import type { Accounts } from './accounts.ts';
import type { AuditOptions, LogReport } from './words.ts';

/** `progress` hears now and then what was read; it is given time between. Throws what reading a file throws. */
export async function readLogs(
  { logs, format }: Pick<AuditOptions, 'logs' | 'format'>,
  accounts: Accounts,
  progress: ((text: string) => void) | null,
): Promise<LogReport[]> {
  const reports: LogReport[] = [];
  for (const file of logs) {
    const onChunk = progress === null ? undefined : teller(file, accounts, progress);
    reports.push(await readLog(file, format, accounts, onChunk));
  }
  return reports;
}

async function readLog(
  file: string,
  format: AuditOptions['format'],
  accounts: Accounts,
  onChunk: ((bytes: number) => void) | undefined,
): Promise<LogReport> {
  const { counts } = accounts;
  const parser = createLineParser(format);
  const onLine = (text: string) => {
    counts.lines += 1;
    const line = parser.parse(text);
    if (line === null) counts.malformed += 1;
    else accounts.take(line);
  };
  const { lines, tooLong, isPacked, isCut } = await readLines(openLog(file), onLine, onChunk && { onChunk });
  counts.lines += tooLong;
  counts.tooLong += tooLong;
  return { file, format: parser.format, lines: lines + tooLong, isPacked, isCut };
}

const TELL_EVERY_BYTES = 32 * 1024 * 1024;

function teller(file: string, { counts }: Accounts, tell: (text: string) => void) {
  let bytes = 0;
  let toldBytes = 0;
  return (more: number) => {
    bytes += more;
    if (bytes - toldBytes < TELL_EVERY_BYTES) return;
    toldBytes = bytes;
    tell(`${file}: ${counts.lines.toLocaleString('en')} lines, ${Math.round(bytes / 1e6)} MB`);
  };
}
