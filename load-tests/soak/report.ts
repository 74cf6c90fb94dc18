/** What a soak tells: as one document, and as a table. */
import type { SoakOptions } from './options.ts';
import type { Judged } from './verdict.ts';

/** Requests that failed, by status; 0: no answer. */
export type Failures = Record<number, number>;

export interface SoakReport {
  verdict: 'flat' | 'grows' | 'undecided';
  options: SoakOptions;
  visitors: number;
  failures: Failures;
  figures: readonly Judged[];
}

export function soakReport(
  figures: readonly Judged[],
  rest: Pick<SoakReport, 'options' | 'visitors' | 'failures'>,
): SoakReport {
  const has = (verdict: Judged['verdict']) => figures.some((figure) => figure.verdict === verdict);
  return { verdict: has('grows') ? 'grows' : has('undecided') ? 'undecided' : 'flat', ...rest, figures };
}

export function soakText({ options, visitors, failures, figures, verdict }: SoakReport): string {
  const head = ['figure', 'median', 'first', 'last', 'an hour', '95 %', 'bound', ''];
  const lines = figures.map(({ slope, unit, ...one }) => [
    ...[`${one.name}${unit === '' ? '' : `, ${unit}`}`, short(one.median), short(one.first), short(one.last)],
    ...(slope === null
      ? ['–', '–']
      : [signed(slope.perHour), `${signed(slope.low)} to ${signed(slope.high)}`]),
    ...[`+${one.boundPerHour}`, one.verdict],
  ]);
  const widths = head.map((title, i) =>
    Math.max(title.length, ...lines.map((line) => (line[i] ?? '').length)),
  );
  const format = (line: readonly string[]) =>
    line
      .map((cell, i) => cell.padEnd(widths[i] as number))
      .join('  ')
      .trimEnd();
  return [
    format(head),
    widths.map((width) => '-'.repeat(width)).join('  '),
    ...lines.map(format),
    '',
    `${options.minutes} minutes, of which the first ${options.warmUpMinutes} are not judged; ${options.gateways} gateways, ${visitors} visitors, ${failuresText(failures)}: ${verdict}`,
  ].join('\n');
}

function failuresText(failures: Failures): string {
  const count = Object.values(failures).reduce((all, one) => all + one, 0);
  const parts = Object.entries(failures).map(
    ([status, times]) => `${status === '0' ? 'no answer' : status} × ${times}`,
  );
  return `${count} failed requests${count === 0 ? '' : ` (${parts.join(', ')})`}`;
}

const short = (value: number | null): string =>
  value === null ? '–' : String(Math.round(value * 100) / 100);
const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(1)}`;
