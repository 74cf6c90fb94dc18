/** The report for a terminal: the verdict first, then findings, then tables. Whatever comes from the log cannot move the cursor. */
import { printable } from '../../gateway/command-output.ts';
import { count, counted, minuteText, percent, skippedTexts } from './texts.ts';
import type { AuditFinding, AuditReport, LaunchDay, RoomDay } from './words.ts';

const MOST_ROWS = 20;
const LONGEST_CELL = 60;

export function terminalReport(report: AuditReport): string[] {
  return [
    ...verdict(report),
    ...findings(report.findings),
    ...section('What the gate would have done', shares(report)),
    ...section('Rooms', rooms(report)),
    ...section('Rules', rules(report)),
    ...section('Launches', report.launches.flatMap(launch)),
    ...section('Busiest addresses', addresses(report)),
    ...section('Read', read(report)),
  ].map((line) => printable(line).trimEnd());
}

function verdict({ ok, summary, requests, from, to, config, revision }: AuditReport): string[] {
  return [
    `${ok ? 'COVERED' : 'FINDINGS'}: ${summary}`,
    `${counted(requests, 'request')} from ${minuteText(from)} to ${minuteText(to)} UTC, by ${config} (revision ${revision})`,
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

function findings(list: readonly AuditFinding[]): string[] {
  return list.flatMap((finding, index) => ['', ...findingLines(finding, index + 1)]);
}

function findingLines(
  { severity, kind, summary, evidence, peak, proposedRule }: AuditFinding,
  number: number,
) {
  const { host, pathShape, share, examples } = evidence;
  const place =
    host === null ? [] : [`   at ${host}${pathShape ?? ''}, ${percent(share)} of the platform’s requests`];
  const worst = peak && [
    `   worst minute ${minuteText(peak.at)} UTC: ${count(peak.requestsPerMinute)} requests, ${percent(peak.share)}`,
  ];
  const seen = examples.length === 0 ? [] : [`   such as ${examples.slice(0, 3).join('  ')}`];
  const rule = proposedRule && [
    `   proposed rule${proposedRule.before === null ? '' : `, before “${proposedRule.before}”`}: ${proposedRule.summary}`,
    ...proposedRule.yaml
      .trimEnd()
      .split('\n')
      .map((line) => `     ${line}`),
  ];
  return [`${number}. ${severity} ${kind}: ${summary}`, ...place, ...(worst ?? []), ...seen, ...(rule ?? [])];
}

function shares({
  shares: { inRooms, bypassed, refused, noRule, stayed, outsideTheirRoom },
  stamps,
}: AuditReport) {
  const rows = [
    ['in a room', percent(inRooms), ''],
    ['  matched by no rule', percent(noRule), 'judged by the default room'],
    ['  stayed with their visitor', percent(stayed), 'matched by no rule, after a page of a room'],
    ['bypassed', percent(bypassed), ''],
    ['refused', percent(refused), 'what gate and platform could read in two ways'],
    ['named another room', percent(outsideTheirRoom), 'than the one they were judged to'],
  ];
  const stamped = stamps && [
    'carried a stamp',
    percent(stamps.stamped / (stamps.stamped + stamps.unstamped)),
    `${count(stamps.unstamped)} came without`,
  ];
  return table([], stamped ? [...rows, stamped] : rows, [1]);
}

const ROOM_HEAD = ['room', 'requests', 'share', 'a minute', 'visitors', 'new a minute', 'at once', 'line'];

function rooms({ rooms, roomCount }: AuditReport): string[] {
  const shown = rooms.slice(0, MOST_ROWS);
  const lines = table(ROOM_HEAD, shown.map(roomRow), [1, 2, 3, 4, 5, 6]);
  return [...lines, ...more(roomCount - shown.length, 'room')];
}

function roomRow({
  room,
  requests,
  share,
  requestsPerMinute,
  visitors,
  limits,
  lineMinutes,
  mostWaiting,
}: RoomDay) {
  const of = (number: number, limit: number | null) =>
    limit === null ? count(number) : `${count(number)} of ${count(limit)}`;
  const seen = visitors && [
    count(visitors.total),
    of(visitors.perMinute.count, limits.admissionsPerMinute),
    of(visitors.atOnce.count, limits.sessions),
  ];
  const line = lineMinutes === 0 ? '–' : `${counted(lineMinutes, 'minute')}, ≥ ${count(mostWaiting)} waiting`;
  return [
    room,
    count(requests),
    percent(share),
    count(requestsPerMinute.count),
    ...(seen ?? ['?', '?', '?']),
    line,
  ];
}

function rules({ rules, unusedRules }: AuditReport): string[] {
  const rows = rules
    .slice(0, MOST_ROWS)
    .map(({ rule, outcome, class: trafficClass, requests, share }) => [
      rule ?? '(none)',
      outcome === 'refused' ? '' : trafficClass,
      outcome,
      count(requests),
      percent(share),
    ]);
  const unused = unusedRules.length === 0 ? [] : [`matched nothing: ${unusedRules.join(', ')}`];
  return [...table(['rule', 'class', 'outcome', 'requests', 'share'], rows, [3, 4]), ...unused];
}

function launch({ launch, room, addresses, requests }: LaunchDay): string[] {
  const rows = addresses.map(({ address, leadsTo, isCovered }) => [
    isCovered ? 'ok' : 'NOT COVERED',
    address,
    isCovered ? '' : `leads to ${leadsTo}`,
  ]);
  return [
    `${launch}: ${room}, ${counted(requests, 'request')} in its room`,
    ...table([], rows, []).map((line) => `  ${line}`),
  ];
}

function addresses({ byAddress, others }: AuditReport): string[] {
  const shown = byAddress.slice(0, MOST_ROWS);
  const rows = shown.map(({ host, pathShape, room, outcome, rule, names, requests, share }) => [
    `${host}${pathShape}`,
    room ?? outcome,
    rule ?? '(no rule)',
    names === null ? '' : `names ${names.room}`,
    count(requests),
    percent(share),
  ]);
  const rest = byAddress.slice(MOST_ROWS).reduce((sum, { requests }) => sum + requests, others);
  const lines = table(['address', 'room', 'rule', '', 'requests', 'share'], rows, [4, 5]);
  return rest === 0 ? lines : [...lines, `others: ${counted(rest, 'request')}`];
}

function read({ logs, counts }: AuditReport): string[] {
  const files = logs.map(({ file, format, lines, isPacked, isCut }) => {
    const name = file === '-' ? 'standard input' : file;
    const packed = isCut ? ', packed, breaks off: what came before it was used' : isPacked ? ', packed' : '';
    return `${name}: ${counted(lines, 'line')}, ${format ?? 'no format known'}${packed}`;
  });
  const skipped = skippedTexts(counts);
  return [...files, skipped.length === 0 ? 'every line was read' : `skipped: ${skipped.join(', ')}`];
}

function more(number: number, what: string): string[] {
  return number > 0 ? [`and ${counted(number, `more ${what}`)}`] : [];
}

/** Columns aligned by their widest cell; `right` are those of numbers. */
function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[],
): string[] {
  if (rows.length === 0) return [];
  const all = [...(head.length > 0 ? [head] : []), ...rows].map((row) => row.map(cut));
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => [...row[column]!].length)));
  return all.map((row) =>
    row
      .map((cell, column) => {
        const gap = ' '.repeat(widths[column]! - [...cell].length);
        return right.includes(column) ? gap + cell : cell + gap;
      })
      .join('  '),
  );
}

function cut(cell: string): string {
  const signs = [...printable(cell)];
  return signs.length <= LONGEST_CELL ? signs.join('') : `${signs.slice(0, LONGEST_CELL - 1).join('')}…`;
}
