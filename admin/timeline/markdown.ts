/** The timeline as Markdown, for the report that one writes afterwards. */
import { clockTime, count, percent, plain, table } from './markdown-words.ts';
import type { Entry, Minute, Timeline } from './words.ts';

export function timelineMarkdown(timeline: Timeline): string {
  const { from, to, room, entries, minutes, truncated } = timeline;
  const title = room === null ? 'Timeline' : `Timeline of ${plain(room)}`;
  return [
    `# ${title}`,
    '',
    `From ${clockTime(from)} to ${clockTime(to)} (UTC). ${summary(timeline)}`,
    '',
    ...(truncated ? ['**There was more than is shown here: ask for less time, or for one room.**', ''] : []),
    '## What happened',
    '',
    ...(entries.length === 0 ? ['Nothing was written down.', ''] : [...entries.map(entryLine), '']),
    '## Figures each minute',
    '',
    ...(minutes.length === 0 ? ['None were written down.', ''] : wholeTable(minutes)),
    ...roomTables(minutes),
  ].join('\n');
}

function summary({ entries, minutes }: Timeline): string {
  const kinds = ['finding', 'drift', 'decision', 'change', 'message', 'reminder'] as const;
  const counts = kinds
    .map((kind) => [kind, entries.filter((entry) => entry.kind === kind).length] as const)
    .filter(([, number]) => number > 0)
    .map(([kind, number]) => `${number} × ${kind}`);
  const most = minutes.reduce((peak, { requests }) => Math.max(peak, requests), 0);
  const peak = minutes.length === 0 ? [] : [`at most ${most} requests a minute`];
  return counts.length + peak.length === 0 ? '' : `${[...counts, ...peak].join(', ')}.`;
}

function entryLine(entry: Entry): string {
  const { at, kind, severity, summary: what, by, reason, room } = entry;
  const mark = severity === 'info' ? kind : `${kind}, ${severity}`;
  const where = room === null || what.includes(room) ? '' : ` (${plain(room)})`;
  const who = by === null || kind === 'decision' ? '' : ` – ${plain(by)}`;
  const why = reason === null ? '' : `: “${plain(reason)}”`;
  return `- **${clockTime(at)}** ${mark}: ${plain(what)}${where}${who}${why}`;
}

function wholeTable(minutes: readonly Minute[]): string[] {
  const head = ['minute', 'requests', 'forwarded', 'failed', 'unqueued', 'findings', 'drift', 'gateways'];
  const rows = minutes.map((minute) => [
    ...[clockTime(minute.at), count(minute.requests), count(minute.forwarded), percent(minute.failedShare)],
    ...[percent(minute.unqueuedShare), count(minute.findingsOpen), count(minute.driftOpen)],
    count(minute.gateways),
  ]);
  return table(head, rows);
}

/** The rooms with most waiting; all of them are in the JSON. */
const ROOMS_SHOWN = 10;

function roomTables(minutes: readonly Minute[]): string[] {
  return busiestRooms(minutes).flatMap((room) => {
    const rows = minutes.flatMap(({ at, rooms }) =>
      rooms
        .filter((each) => each.room === room)
        .map((each) => [
          ...[clockTime(at), count(each.waiting), count(each.sessions)],
          ...[count(each.callsPerMinute), count(each.admissions)],
        ]),
    );
    const head = ['minute', 'waiting', 'sessions', 'calls a minute', 'admissions'];
    return [`### ${plain(room)}`, '', ...table(head, rows)];
  });
}

function busiestRooms(minutes: readonly Minute[]): string[] {
  const most = new Map<string, number>();
  for (const { rooms } of minutes)
    for (const { room, waiting, sessions } of rooms)
      most.set(room, Math.max(most.get(room) ?? 0, waiting + sessions));
  return [...most]
    .sort(([, a], [, b]) => b - a)
    .slice(0, ROOMS_SHOWN)
    .map(([room]) => room);
}
