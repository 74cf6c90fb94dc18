/** `headgate audit`: how a configuration would have treated the day that an access log tells of. */
import { writeFile } from 'node:fs/promises';
import { formatLocated, loadConfig } from '../../config/load.ts';
import type { CommandOutput } from '../../gateway/command-output.ts';
import { type Accounts, createAccounts } from './accounts.ts';
import { createAnalyst, wholeLog } from './analyst.ts';
import { readAuditArguments, type TypedAudit } from './arguments.ts';
import { aroundTheGate } from './around-the-gate.ts';
import { createFindingsBook } from './findings.ts';
import { htmlReport } from './html-report.ts';
import { readLogs, UnreadableLog } from './read-logs.ts';
import { makeReport } from './report.ts';
import { createSeeing } from './seeing.ts';
import { collectGarbage } from './small-heap.ts';
import { terminalReport } from './terminal.ts';
import type { AuditOptions, AuditParts, AuditReport, LineCounts } from './words.ts';

/** Exit code 0: nothing found; 1: findings; 2: wrong usage, or what cannot be read. */
export async function auditCommand(
  logs: readonly string[],
  typed: TypedAudit,
  parts: AuditParts,
): Promise<CommandOutput> {
  const asked = readAuditArguments(logs, typed);
  if (asked.kind === 'wrong') return wrong(asked.says);
  const { options } = asked;
  try {
    const audited = await audit(options, parts);
    if (audited.kind === 'wrong') return wrong(audited.says, ...audited.more);
    return await output(audited.report, options);
  } catch (error) {
    const reason = unreadable(error);
    if (reason === null) throw error;
    return wrong(reason);
  }
}

type Audited = { kind: 'done'; report: AuditReport } | { kind: 'wrong'; says: string; more: string[] };

async function audit(options: AuditOptions, parts: AuditParts): Promise<Audited> {
  const loaded = loadConfig(options.config, parts.env);
  if (!loaded.ok) return unusable(`${options.config} has errors`, formatLocated(loaded.errors).trimEnd());
  const { settings, source } = loaded;
  const judge = parts.judgeFor(settings);
  const analyst = createAnalyst({ settings, config: source, file: options.config, ...parts });
  const findings = createFindingsBook(analyst);
  const accounts = createAccounts(options, {
    ...createSeeing(settings),
    settings,
    judge,
    visitorKey: parts.visitorKey,
    onMinute: (window) =>
      findings.onMinute(window, accounts.rooms.loads(window.minute), isWithin(window.minute, accounts)),
  });
  collectGarbage();
  const read = await readLogs(options, accounts, parts.progress);
  const nothing = whyNothing(accounts.counts);
  if (nothing !== null) return unusable(nothing);
  collectGarbage();
  accounts.finish();
  const found = [...findings.finish(wholeLog(accounts)), ...aroundTheGate(accounts, settings)];
  const report = makeReport({ accounts, findings: found, logs: read, settings, config: options.config });
  return { kind: 'done', report };
}

/** Neither the minute in which the log begins nor the one in which it ends. */
function isWithin(minute: number, { firstMs, lastMs }: Accounts): boolean {
  return minute * 60_000 >= firstMs && (minute + 1) * 60_000 <= lastMs;
}

/** A log that tells nothing is no proof that nothing happened. */
function whyNothing({
  judged,
  withoutHost,
  lines,
  malformed,
  outsideTime,
  reserved,
  tooLong,
}: LineCounts): string | null {
  if (judged > 0) return null;
  if (withoutHost > 0)
    return `no line names a host: name it by --host, or log it (${withoutHost} lines; docs/operating.md)`;
  if (outsideTime > 0) return `none of the ${outsideTime} requests lies between --from and --to`;
  if (reserved > 0) return `all ${reserved} requests were for the gate itself`;
  if (malformed + tooLong > 0)
    return `none of the ${lines} lines can be read; name the format by --format combined, vhost or json`;
  return 'the log is empty';
}

async function output(report: AuditReport, { json, html }: AuditOptions): Promise<CommandOutput> {
  if (html !== null) await writeFile(html, htmlReport(report));
  const stdout = json ? [JSON.stringify(report, null, 2)] : terminalReport(report);
  return {
    exitCode: report.ok ? 0 : 1,
    stdout,
    stderr: html === null ? [] : [`headgate: written to ${html}`],
  };
}

function wrong(says: string, ...more: string[]): CommandOutput {
  return { exitCode: 2, stdout: [], stderr: [`headgate: ${says}`, ...more] };
}

function unusable(says: string, ...more: string[]): Audited {
  return { kind: 'wrong', says, more };
}

/** What is told of a file that cannot be read or written; null: another error. */
function unreadable(error: unknown): string | null {
  if (error instanceof UnreadableLog) return error.message;
  if (!(error instanceof Error) || !('syscall' in error)) return null;
  return error.message;
}
