/** The report as one file that stands alone: no network, the verdict first, and all but the curves without a script. */
import { html, type Markup } from '../../admin/log-audit/html-parts.ts';
import type { RehearsalReport } from '../rehearse/report-words.ts';
import { binding, groundLine } from './binding.ts';
import { checkCard, findingCard } from './cards.ts';
import { chartPart } from './chart-part.ts';
import { compareReports } from './compare.ts';
import { comparisonPart, verdictText } from './comparison-part.ts';
import { inlineParts } from './inline.ts';
import { failedChecks, heldChecks, type Outcome, outcomeOf } from './outcome.ts';
import { figureList, forecastTable, heldTable, honesty, latencyTable, momentList } from './tables.ts';
import { counted, ended, sentence } from './texts.ts';
import { keyFigures } from './tiles.ts';

/** `last`: the rehearsal that this one is compared with; null: there is none. */
export function reportHtml(report: RehearsalReport, last: RehearsalReport | null): string {
  const outcome = outcomeOf(report);
  const { policy, style, scripts } = inlineParts();
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="content-security-policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${outcome.word}: ${report.title}</title>
<link rel="icon" href="data:,">
${style}
</head>
<body>
<main>
${banner(report, outcome, last)}
${body(report, last)}
<footer><p>Made by Headgate. Charts: uPlot, © Leon Sorokin, MIT licence. Nothing in this file is loaded from anywhere.</p></footer>
</main>
${scripts}
</body>
</html>
`;
  return page.markup;
}

function banner(report: RehearsalReport, { kind, word, sign, why }: Outcome, last: RehearsalReport | null) {
  const since =
    last &&
    html`<p class="since">Last time: ${verdictText(compareReports(report, last).verdict)} <a href="#comparison">What changed</a></p>`;
  return html`<header class="banner ${kind}">
<p class="verdict"><span class="sign" aria-hidden="true">${sign}</span>${word}</p>
<p class="why">${why}</p>
<h1>${report.title}</h1>
${groundLine(report)}
${since}
</header>`;
}

function body(report: RehearsalReport, last: RehearsalReport | null): (Markup | null)[] {
  const { findings, moments, forecast, summary } = report;
  const [failed, held] = [failedChecks(report), heldChecks(report)];
  return [
    keyFigures(report),
    section(
      'failed',
      'What did not hold',
      failed.length === 0 ? null : html`${ruleHint(report)}${failed.map(checkCard)}`,
    ),
    section(
      'findings',
      'What the gate found',
      findings.length === 0 ? null : html`${findings.map(findingCard)}`,
    ),
    section('held', 'What held', held.length === 0 ? null : heldTable(held)),
    section(
      'story',
      'What was played',
      html`<p>${ended(sentence(summary))}</p>${moments.length === 0 ? null : momentList(report)}`,
    ),
    section('charts', 'How it went', chartPart(report)),
    section('forecast', 'Foreseen and seen', forecast && forecastTable(forecast)),
    section('figures', 'All figures', figureList(report)),
    section(
      'latency',
      'How long answers took',
      html`<p>From the moment at which a request was meant to be sent until its answer was there, by kind of request.</p>${latencyTable(report.generator)}`,
    ),
    section('generator', 'Whether the load was honest', honesty(report)),
    section(
      'comparison',
      'Compared with the last rehearsal',
      last && comparisonPart(compareReports(report, last), report.startedAt),
    ),
    section('binding', 'What this report is bound to', binding(report)),
  ];
}

function ruleHint({ findings }: RehearsalReport): Markup | null {
  // Findings of several addresses may propose the same rule.
  const rules = new Set(findings.flatMap(({ proposedRule }) => proposedRule?.yaml ?? []));
  return rules.size === 0
    ? null
    : html`<p><a href="#findings">${counted(rules.size, 'proposed rule')}</a> ready to be taken over: see below.</p>`;
}

function section(id: string, heading: string, content: Markup | null): Markup | null {
  return (
    content &&
    html`<section id="${id}" aria-labelledby="${id}-heading"><h2 id="${id}-heading">${heading}</h2>${content}</section>`
  );
}
