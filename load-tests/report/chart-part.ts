/** The charts' places on the page: a title, the picture in words, and room for a script to draw the curves. */
import { html, type Markup } from '../../admin/log-audit/html-parts.ts';
import type { RehearsalReport } from '../rehearse/report-words.ts';
import { type Chart, chartSet } from './charts.ts';
import { labelOf } from './figure-names.ts';
import { dataElement } from './inline.ts';

export function chartPart(report: RehearsalReport): Markup | null {
  const set = chartSet(report);
  if (set.charts.length === 0) return null;
  const drawn = set.charts.map(({ title, says, ...rest }) => ({
    ...rest,
    title,
    series: rest.series.map(short),
  }));
  return html`<p class="note" data-charts-note>Times are minutes and seconds of the scenario.${set.marks.length === 0 ? '' : ' A numbered mark is what was done to the stage, as listed above.'}<span class="drawn" hidden> Drag over a stretch of time to look closer; a double click shows all again. With the keyboard: choose a chart by Tab, move by the arrow keys.</span></p>
<noscript><p class="note">The curves are drawn by a script, which does not run here; what they show is told in words and tables.</p></noscript>
<div class="charts">${set.charts.map(figure)}</div>
${unseen(set.unseen)}
${dataElement('chart-data', { atSeconds: set.atSeconds, marks: set.marks, charts: drawn })}`;
}

function figure({ title, unit, says }: Chart, index: number): Markup {
  const of = unit === 'share' || unit === 'ms' ? null : html`<span class="unit">, ${unit}</span>`;
  return html`<figure><h3>${title}${of}</h3><div class="plot" data-chart="${index}"></div><figcaption>${says.map((text) => html`<span>${text}</span>`)}</figcaption></figure>`;
}

/** Four digits are more than a picture shows. */
function short({ label, values }: Chart['series'][number]) {
  return { label, values: values.map((value) => (value === null ? null : Number(value.toPrecision(4)))) };
}

function unseen(figures: readonly string[]): Markup | null {
  if (figures.length === 0) return null;
  return html`<p class="note">Nobody told: ${figures.map((name) => labelOf(name).toLowerCase()).join('; ')}.</p>`;
}
