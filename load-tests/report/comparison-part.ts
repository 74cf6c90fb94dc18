/** What changed since the last rehearsal, as a part of the page: first what cannot be compared, then what moved. */
import { html, htmlTable, type Markup } from '../../admin/log-audit/html-parts.ts';
import { agoText, type Comparison, type MovedFigure, moveText } from './compare.ts';
import { labelOf } from './figure-names.ts';
import type { Difference } from './grounds.ts';
import { rowList } from './tables.ts';
import { instant, title, valueText } from './texts.ts';

export function comparisonPart(comparison: Comparison, startedAt: string): Markup {
  const { lastStartedAt, verdict, differences, moved } = comparison;
  const ago = agoText(lastStartedAt, startedAt);
  return html`<p>With the one of <time datetime="${lastStartedAt}">${instant(lastStartedAt)}</time> UTC${ago === '' ? '' : `, ${ago}`}: <strong>${verdictText(verdict)}</strong></p>
${checkLines(comparison)}
${differences.length === 0 ? html`<p>Played on the same ground: target, configuration, commit, seed, pace and machine are the same.</p>` : html`<h3>What differs, and what can’t be compared for it</h3>${differenceTable(differences)}`}
<h3>Figures that moved by more than a tenth</h3>
${moved.length === 0 ? html`<p>${noneMoved(differences)}</p>` : movedTable(moved)}`;
}

export function verdictText({ before, now }: Comparison['verdict']): string {
  return before === now
    ? `${now.toLowerCase()}, as then.`
    : `${now.toLowerCase()} now, ${before.toLowerCase()} then.`;
}

function checkLines({ broke, mended, added, gone }: Comparison): Markup | null {
  const lines: [string, readonly string[]][] = [
    ['✕ Broke: held then, and do not now', broke],
    ['✓ Mended: hold now, and did not then', mended],
    ['Asked for the first time', added],
    ['No longer asked', gone],
  ];
  const told = lines.filter(([, names]) => names.length > 0);
  if (told.length === 0) return html`<p>Every check is as it was then.</p>`;
  return html`<ul>${told.map(([text, names]) => html`<li>${text}: <strong>${names.map(title).join(', ')}</strong></li>`)}</ul>`;
}

/** No table: what was then and is now may be long, and a phone is narrow. */
function differenceTable(differences: readonly Difference[]): Markup {
  const rows = differences.map(
    ({ what, before, now, means }) =>
      [
        title(what),
        html`<code>${before}</code> → <code>${now}</code><br><span class="note">${means}</span>`,
      ] as const,
  );
  return rowList(rows, 'told');
}

function movedTable(moved: readonly MovedFigure[]): Markup {
  const rows = moved.map((one) => [
    labelOf(one.figure),
    valueText(one.before, one.unit),
    valueText(one.now, one.unit),
    moveText(one),
  ]);
  return htmlTable(['', 'then', 'now', ''], rows, [1, 2, 3]);
}

function noneMoved(differences: readonly Difference[]): string {
  return differences.some(({ hides }) => hides === 'all')
    ? 'None is compared: the two stand on different ground.'
    : 'None.';
}
