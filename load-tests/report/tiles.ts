/** The few figures that everybody asks for first, large. */
import { html, type Markup } from '../../admin/log-audit/html-parts.ts';
import type { RehearsalReport } from '../rehearse/report-words.ts';
import { labelOf } from './figure-names.ts';
import { count, unitOf, valueText } from './texts.ts';

const KEYS = [
  'visitors.came',
  'visitors.registered',
  'visitors.longestLine',
  'visitors.medianWaitSeconds',
  'visitors.p95WaitSeconds',
  'visitors.drainedAfterSeconds',
  'visitors.failedRequests',
  'visitors.gaveUp',
];

/** A tile is narrow. */
const SHORT: Readonly<Record<string, string>> = { 'visitors.p95WaitSeconds': 'Wait of 95 in 100' };

/** Name and value of those that were seen, in the order of the day. */
export function keyRows({ figures }: RehearsalReport): { label: string; text: string }[] {
  return KEYS.flatMap((figure) => {
    const value = figures[figure] ?? null;
    return value === null
      ? []
      : [{ label: SHORT[figure] ?? labelOf(figure), text: bare(value, unitOf(figure)) }];
  });
}

/** The label says already what is counted. */
function bare(value: number, unit: string): string {
  return unit === 'visitors' || unit === 'requests' ? count(value) : valueText(value, unit);
}

export function keyFigures(report: RehearsalReport): Markup | null {
  const tiles = keyRows(report).map(({ label, text }) => html`<div><dt>${label}</dt><dd>${text}</dd></div>`);
  return tiles.length === 0 ? null : html`<dl class="tiles">${tiles}</dl>`;
}
