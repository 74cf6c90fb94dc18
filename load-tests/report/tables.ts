/** What was seen, as tables: they say all that the charts draw, and need no script. */
import { html, htmlTable, type Markup } from '../../admin/log-audit/html-parts.ts';
import type {
  Check,
  ForecastComparison,
  GeneratorReport,
  RehearsalReport,
} from '../rehearse/report-words.ts';
import { labelOf } from './figure-names.ts';
import { seenText, wantedText } from './outcome.ts';
import {
  clock,
  count,
  meaningOf,
  milliseconds,
  percent,
  sentence,
  title,
  unitOf,
  valueText,
} from './texts.ts';

export function heldTable(checks: readonly Check[]): Markup {
  const rows = checks.map((check) => [
    html`<strong>${title(check.name)}</strong><br><span class="note">${sentence(meaningOf(check.figure))}</span>`,
    seenText(check),
    wantedText(check),
  ]);
  return htmlTable(['check', 'seen', 'wanted'], rows, [1, 2]);
}

/** Numbered as the charts mark them. */
export function momentList({ moments }: RehearsalReport): Markup {
  const items = moments.map(({ atSeconds, says, failed }, index) => {
    const trouble = failed === null ? null : html` <strong class="bad">Did not work: ${failed}</strong>`;
    return html`<li><span class="mark">${index + 1}</span><span class="at">${clock(atSeconds)}</span><span>${sentence(says)}${trouble}</span></li>`;
  });
  return html`<ol class="moments">${items}</ol>`;
}

export function forecastTable({ rows }: ForecastComparison): Markup {
  const cells = rows.map(({ name, unit, foreseen, seen }) => [
    sentence(name),
    valueText(foreseen, unit),
    valueText(seen, unit),
    foreseen === null || seen === null || foreseen === 0 ? '–' : signed((seen - foreseen) / foreseen),
  ]);
  return htmlTable(['', 'foreseen', 'seen', 'off by'], cells, [1, 2, 3]);
}

function signed(share: number): string {
  return `${share > 0 ? '+' : share < 0 ? '−' : ''}${Math.round(Math.abs(share) * 100)} %`;
}

/** Kinds of request as their visitors would call them. */
const KINDS: Readonly<Record<string, string>> = {
  all: 'everything',
  page: 'pages',
  join: 'joining the line',
  poll: 'asking for the place',
  form: 'forms',
  api: 'API',
  asset: 'assets',
};

export function latencyTable({ latencyMs }: GeneratorReport): Markup {
  const rows = Object.entries(latencyMs).map(([kind, { p50, p95, p99, most, requests }]) => [
    KINDS[kind] ?? kind,
    count(requests),
    ...[p50, p95, p99, most].map(milliseconds),
  ]);
  return htmlTable(['', 'requests', 'p50', 'p95', 'p99', 'most'], rows, [1, 2, 3, 4, 5]);
}

export function honesty({ generator }: RehearsalReport): Markup {
  const { isHonest, delayMs, cpuShare, processes, visitors, mostAtOnce, requests } = generator;
  const says = isHonest
    ? 'The load was sent when it was meant to be, so what was slow was not the generator.'
    : 'The load was not sent when it was meant to be: the generator was the bottleneck, and nothing here is proved.';
  const rows: [string, string][] = [
    ['Sent late by, half of the requests', `at most ${milliseconds(delayMs.p50)}`],
    ['Sent late by, 99 of 100', `at most ${milliseconds(delayMs.p99)}`],
    ['Sent late by, the worst', milliseconds(delayMs.most)],
    ['Busiest process, of one core', percent(cpuShare)],
    ['Sent by', processes === 1 ? 'one process' : `${processes} processes`],
    ['Visitors', `${count(visitors)}, at most ${count(mostAtOnce)} at once`],
    ['Requests', count(requests)],
  ];
  return html`<p class="${isHonest ? 'good' : 'bad'}">${isHonest ? '✓' : '✕'} ${says}</p>${rowList(rows)}`;
}

/** All that was seen at the end, in the order in which it was told. */
export function figureList({ figures }: RehearsalReport): Markup {
  return rowList(
    Object.entries(figures).map(([figure, value]) => [labelled(figure), valueText(value, unitOf(figure))]),
  );
}

/** A name that says it all is not said twice. */
function labelled(figure: string): string | Markup {
  const [label, meaning] = [labelOf(figure), meaningOf(figure)];
  if (sentence(meaning) === label) return label;
  return html`${label}<br><span class="note">${meaning}</span>`;
}

/** `numbers` stand below each other at the right; what is `told` begins at the left. */
export function rowList(
  rows: readonly (readonly [string | Markup, string | Markup])[],
  as: 'numbers' | 'told' = 'numbers',
): Markup {
  return html`<dl class="rows ${as}">${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}
