/** The comparison as a table for a terminal and for docs/control.md. */
import type { Comparison } from './compare.ts';
import type { Limit } from './play.ts';

const share = (value: number): string => (value >= 10 ? '> 10' : value.toFixed(2).replace(/^0/, ''));
const rate = (limit: Limit): string => (limit.kind === 'fixed' ? `${limit.perMinute}/min` : '–');

export function controlTable(comparisons: readonly Comparison[]): string {
  const head = [
    'shape',
    'what',
    'right rate',
    'right',
    'double',
    'none',
    'adaptive',
    'of right',
    'of double',
    '',
  ];
  const rows = comparisons.map(
    ({ shape, adaptive, right, double, none, hasRight, ofRight, ofDouble, missed }) => [
      ...[shape.name, shape.what, hasRight ? rate(right.limit) : 'none needed'],
      ...[right.good, double.good, none.good, adaptive.good].map(String),
      ...[share(ofRight), share(ofDouble), missed.length === 0 ? 'reached' : `MISSED: ${missed.join(', ')}`],
    ],
  );
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)));
  const line = (row: string[]): string => `| ${row.map((text, i) => text.padEnd(widths[i]!)).join(' | ')} |`;
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.map(line)].join(
    '\n',
  );
}
