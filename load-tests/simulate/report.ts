/** The simulator's figures as tables for a terminal. */
import type { Outcome } from './day.ts';
import type { Cell } from './table.ts';

const share = (value: number | null): string => (value === null ? '–' : value.toFixed(2).replace(/^0/, ''));

/** Rows by sessions, columns by stay; shares of no-shows beside each other, the design's figure in brackets. */
export function utilisationTable(cells: Cell[]): string {
  const sessions = [...new Set(cells.map((cell) => cell.sessions))];
  const stays = [...new Set(cells.map((cell) => cell.staySeconds))];
  const noShows = [...new Set(cells.map((cell) => cell.noShows))];
  const percent = noShows.map((n) => Math.round(n * 100)).join(' / ');
  const rows = sessions.map((s) => {
    const inRow = stays.map((stay) =>
      cells.filter((cell) => cell.sessions === s && cell.staySeconds === stay),
    );
    return [String(s), ...inRow.map(cellText)];
  });
  return [
    `Utilisation at ${percent} % no-shows (LINE.md's figure in brackets, * where it was missed)`,
    '',
    ...table(['sessions', ...stays.map((stay) => `stay ${stay} s`)], rows),
  ].join('\n');
}

function cellText(cells: Cell[]): string {
  const seen = cells.map((cell) => share(cell.seen) + (cell.met === false ? '*' : '')).join(' / ');
  const figures = cells.map((cell) => share(cell.figure)).join(' / ');
  return `${seen} (${figures})`;
}

export function daysTable(outcomes: Outcome[]): string {
  const rows = outcomes.map(
    ({ day, faults, utilisation, arrived, admitted, refusedAtFirst, ties, losses }) => [
      day,
      arrived,
      admitted,
      losses,
      faults.overLimit,
      faults.overRate,
      faults.outOfOrder,
      faults.positionsGrown,
      faults.wronglyRefused,
      faults.thrownOut,
      faults.usedTwice,
      ties,
      `${(refusedAtFirst * 100).toFixed(1)} %`,
      utilisation === null ? '–' : utilisation.toFixed(3).replace(/^0/, ''),
    ],
  );
  const head = ['day', 'arrived', 'admitted', 'losses', 'over the limit', 'over the rate', 'out of order'];
  const more = [
    'positions grown',
    'wrongly refused',
    'thrown out',
    'used twice',
    'ties',
    'no slot at once',
    'utilisation',
  ];
  return table(
    [...head, ...more],
    rows.map((row) => row.map(String)),
  ).join('\n');
}

function table(head: string[], rows: string[][]): string[] {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)));
  const line = (row: string[]): string => `| ${row.map((text, i) => text.padEnd(widths[i]!)).join(' | ')} |`;
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.map(line)];
}
