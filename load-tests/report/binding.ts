/** What a report is bound to: it speaks of this revision, configuration, code, chance and machine, and of no other. */
import { html, type Markup } from '../../admin/log-audit/html-parts.ts';
import type { RehearsalReport } from '../rehearse/report-words.ts';
import { rowList } from './tables.ts';
import { duration, instant } from './texts.ts';

type Row = readonly [string, string | Markup];

/** The same in one line, under the title. */
export function groundLine(report: RehearsalReport): Markup {
  const { form, target, launch, revision, seed, startedAt } = report;
  const parts = [
    report.scenario,
    ...(form === null ? [] : [form.replaceAll('-', ' ')]),
    ...(launch === null ? [] : [`launch ${launch}`]),
    target === 'demo' ? 'the demo platform' : `target ${target}`,
    `revision ${revision}`,
    `seed ${seed}`,
  ];
  return html`<p class="ground">${parts.map((part) => html`<span>${part}</span>`)}<span><time datetime="${startedAt}">${instant(startedAt)}</time> UTC</span></p>`;
}

export function binding(report: RehearsalReport): Markup {
  const { machine, endedEarly, compress, tookSeconds } = report;
  const rows: Row[] = [
    [
      'Scenario',
      report.form === null ? report.scenario : `${report.scenario}, ${report.form.replaceAll('-', ' ')}`,
    ],
    ['Launch', report.launch ?? 'none'],
    ['Target', report.target],
    ['Revision', String(report.revision)],
    ['Configuration, SHA-256', html`<code>${report.configHash}</code>`],
    ['Commit', html`<code>${report.commit}</code>`],
    ['Seed', String(report.seed)],
    ['Pace', compress === 1 ? 'as told' : `${compress} times as fast as told`],
    ['Machine', `${machine.cpus}, ${machine.memoryGiB} GiB, Node ${machine.node}`],
    ['Started', html`<time datetime="${report.startedAt}">${instant(report.startedAt)}</time> UTC`],
    ['Took', duration(tookSeconds)],
    ...(endedEarly === null ? [] : [['Ended early', endedEarly] as const]),
  ];
  return rowList(rows, 'told');
}
