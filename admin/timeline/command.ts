/** `headgate timeline` and `headgate handover`: read the admin's data where they lie, whether or not an admin process runs. */
import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { type CommandOutput, failed } from '../../gateway/command-output.ts';
import { controlFile } from '../data/open.ts';
import { readHandover } from './handover.ts';
import { handoverMarkdown } from './handover-markdown.ts';
import { timelineMarkdown } from './markdown.ts';
import { readTimeline } from './read.ts';
import { readSpan } from './times.ts';

export interface CommandParts {
  dataPath: string;
  wallMs(): number;
}

export interface TimelineOptions {
  from: string;
  to: string;
  room?: string | undefined;
  format: string;
}

export function timelineCommand(options: TimelineOptions, parts: CommandParts): CommandOutput {
  if (!['markdown', 'json'].includes(options.format)) return wrong('--format must be markdown or json');
  const span = readSpan(options.from, options.to, parts.wallMs());
  if (span.kind === 'wrong') return wrong(`--${span.why}`);
  return withData(parts.dataPath, (db) => {
    const { fromMs, toMs } = span;
    const timeline = readTimeline(db, { fromMs, toMs, room: options.room ?? null, rooms: null });
    return good(options.format === 'json' ? JSON.stringify(timeline, null, 2) : timelineMarkdown(timeline));
  });
}

const MOST_HOURS = 14 * 24;

export function handoverCommand(
  options: { hours: string; json?: boolean | undefined },
  parts: CommandParts,
): CommandOutput {
  const hours = Number(options.hours);
  if (!(hours > 0 && hours <= MOST_HOURS)) return wrong(`--hours must be above 0 and at most ${MOST_HOURS}`);
  return withData(parts.dataPath, (db) => {
    const handover = readHandover(db, hours, parts.wallMs());
    return good(options.json ? JSON.stringify(handover, null, 2) : handoverMarkdown(handover));
  });
}

function withData(dataPath: string, read: (db: DatabaseSync) => CommandOutput): CommandOutput {
  const file = controlFile(dataPath);
  if (!existsSync(file))
    return failed(`${file} is not there: no admin process has run on this data folder (see --data)`);
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, { readOnly: true });
    return read(db);
  } catch (error) {
    return failed(`${file} cannot be read: ${(error as Error).message}`);
  } finally {
    db?.close();
  }
}

function good(text: string): CommandOutput {
  return { exitCode: 0, stdout: [text], stderr: [] };
}

function wrong(why: string): CommandOutput {
  return { exitCode: 2, stdout: [], stderr: [`headgate: ${why}`] };
}
