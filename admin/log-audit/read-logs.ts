/** Reads the logs of an audit, one after the other, line by line into the books. */
import { createLineParser } from '../observer/access-log.js';
import { openLog, readLines } from '../observer/log-lines.js';
import type { Accounts } from './accounts.ts';
import { collectGarbage } from './small-heap.ts';
import type { AuditOptions, LogReport } from './words.ts';

/** A log that cannot be read, or not to its end. */
export class UnreadableLog extends Error {}

/** `progress` hears now and then what was read. Throws UnreadableLog. */
export async function readLogs(
  { logs, format }: Pick<AuditOptions, 'logs' | 'format'>,
  accounts: Accounts,
  progress: ((text: string) => void) | null,
): Promise<LogReport[]> {
  const reports: LogReport[] = [];
  for (const file of logs) {
    const tell = () => progress?.(`${file}: ${accounts.counts.lines.toLocaleString('en')} lines`);
    reports.push(await readLog(file, format, accounts, everyFewBytes(tell)).catch(naming(file)));
  }
  return reports;
}

async function readLog(
  file: string,
  format: AuditOptions['format'],
  accounts: Accounts,
  onChunk: (bytes: number) => void,
): Promise<LogReport> {
  const { counts } = accounts;
  const parser = createLineParser(format);
  const onLine = (text: string) => {
    counts.lines += 1;
    const line = parser.parse(text);
    if (line === null) counts.malformed += 1;
    else accounts.take(line);
  };
  const { lines, tooLong, isPacked, isCut } = await readLines(openLog(file), onLine, { onChunk });
  counts.lines += tooLong;
  counts.tooLong += tooLong;
  return { file, format: parser.format, lines: lines + tooLong, isPacked, isCut };
}

/** What the system says does not always name the file; what is wrong in here is told as it is. */
function naming(file: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof Error) || !('syscall' in error)) throw error;
    throw new UnreadableLog(`${file} cannot be read: ${error.message}`, { cause: error });
  };
}

const FEW_BYTES = 32 * 1024 * 1024;

function everyFewBytes(tell: () => void): (bytes: number) => void {
  let bytes = 0;
  return (more) => {
    bytes += more;
    if (bytes < FEW_BYTES) return;
    bytes = 0;
    collectGarbage();
    tell();
  };
}
