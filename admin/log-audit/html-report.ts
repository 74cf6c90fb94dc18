/** The report as a page that stands alone: no network, no script, readable in dark and light and on paper. */
import { html, htmlTable, type Markup } from './html-parts.ts';
import { count, counted, minuteText, percent, skippedTexts } from './texts.ts';
import type { AuditFinding, AuditReport, LaunchDay, RoomDay } from './words.ts';

export function htmlReport(report: AuditReport): string {
  const { ok, summary, requests, from, to, config, revision } = report;
  const title = `${ok ? 'Covered' : 'Findings'}: headgate audit`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<main>
<header class="${ok ? 'covered' : 'findings'}">
<p class="verdict">${ok ? 'Covered' : 'Findings'}</p>
<h1>${summary}</h1>
<p>${counted(requests, 'request')} from <time datetime="${from}">${minuteText(from)}</time> to <time datetime="${to}">${minuteText(to)}</time> UTC, as <code>${config}</code> (revision ${revision}) would have treated them</p>
</header>
${report.findings.map(findingCard)}
${section('What the gate would have done', shareTable(report))}
${section('Rooms', roomTable(report))}
${section('Launches', report.launches.length === 0 ? null : html`${report.launches.map(launchPart)}`)}
${section('Rules', ruleTable(report))}
${section('Busiest addresses', addressTable(report))}
${section('Read', readPart(report))}
</main>
</body>
</html>
`;
  return page.markup;
}

function section(title: string, body: Markup | null): Markup | null {
  return body && html`<section><h2>${title}</h2>${body}</section>`;
}

function findingCard({ severity, kind, summary, evidence, room, peak, proposedRule }: AuditFinding): Markup {
  const { host, pathShape, share, addressShare, examples } = evidence;
  const facts: [string, string | Markup][] = [
    ['Kind', kind],
    ['Found', summary],
    ['Address', host === null ? '–' : `${host}${pathShape ?? ''}`],
    ['Belongs into', room ?? '–'],
    ['Share of the platform’s requests', `${percent(share)}; this address alone ${percent(addressShare)}`],
    [
      'Worst minute',
      peak === null
        ? '–'
        : `${minuteText(peak.at)} UTC: ${count(peak.requestsPerMinute)} requests, ${percent(peak.share)}`,
    ],
    ['Such as', html`${examples.map((example) => html`<code>${example}</code> `)}`],
  ];
  const heading = host === null || room === null ? summary : `${host}${pathShape ?? ''} belongs into ${room}`;
  const rule =
    proposedRule &&
    html`<p>${proposedRule.summary}${proposedRule.before === null ? '' : ` Stands before “${proposedRule.before}”.`}</p><pre><code>${lines(proposedRule.yaml)}</code></pre>`;
  return html`<article class="${severity}"><p class="severity">${severity}</p><h2>${heading}</h2>
<dl>${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
${rule && html`<h3>Proposed rule</h3>${rule}`}</article>`;
}

/** One under the other: a line break by itself would be shown as a control character. */
function lines(text: string): Markup[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => html`${line}`);
}

function shareTable({ shares, stamps }: AuditReport): Markup {
  const rows = [
    ['in a room', percent(shares.inRooms), ''],
    ['of these, matched by no rule', percent(shares.noRule), 'judged by the default room'],
    [
      'of these, stayed with their visitor',
      percent(shares.stayed),
      'matched by no rule, after a page of a room',
    ],
    ['bypassed', percent(shares.bypassed), ''],
    ['refused', percent(shares.refused), 'what gate and platform could read in two ways'],
    ['named another room', percent(shares.outsideTheirRoom), 'than the one they were judged to'],
  ];
  const all = stamps === null ? 0 : stamps.stamped + stamps.unstamped;
  const stamped = stamps && [
    'carried a stamp',
    percent(stamps.stamped / all),
    `${count(stamps.unstamped)} came without`,
  ];
  return htmlTable(['requests', 'share', ''], stamped ? [...rows, stamped] : rows, [1]);
}

function roomTable({ rooms, roomCount }: AuditReport): Markup {
  const head = [
    'room',
    'requests',
    'share',
    'most a minute',
    'visitors',
    'new a minute',
    'at once',
    'a line would have stood',
  ];
  const table = htmlTable(head, rooms.map(roomRow), [1, 2, 3, 4, 5, 6]);
  const more = roomCount - rooms.length;
  return html`${table}${more > 0 ? html`<p>and ${counted(more, 'more room')}</p>` : null}
<p class="note">Visitors are estimated: clients told apart by address and agent, with the room’s idle time. Nothing of them is kept.</p>`;
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
  const seen = visitors
    ? [
        count(visitors.total),
        within(visitors.perMinute.count, limits.admissionsPerMinute),
        within(visitors.atOnce.count, limits.sessions),
      ]
    : ['?', '?', '?'];
  const line =
    lineMinutes === 0 ? '–' : `${counted(lineMinutes, 'minute')}, at least ${count(mostWaiting)} waiting`;
  return [room, count(requests), percent(share), count(requestsPerMinute.count), ...seen, line];
}

function within(number: number, limit: number | null): string | Markup {
  if (limit === null) return count(number);
  const text = `${count(number)} of ${count(limit)}`;
  return number > limit ? html`<strong>${text}</strong>` : text;
}

function launchPart({ launch, room, addresses, requests }: LaunchDay): Markup {
  const rows = addresses.map(({ address, leadsTo, isCovered }) => [
    isCovered ? 'covered' : html`<strong>not covered</strong>`,
    html`<code>${address}</code>`,
    leadsTo,
  ]);
  return html`<h3>${launch}</h3><p>Room ${room}: ${counted(requests, 'request')}.</p>${htmlTable(['', 'address', 'leads to'], rows, [])}`;
}

function ruleTable({ rules, unusedRules }: AuditReport): Markup {
  const rows = rules.map(({ rule, outcome, class: trafficClass, requests, share }) => [
    rule ?? '(none)',
    outcome === 'refused' ? '' : trafficClass,
    outcome,
    count(requests),
    percent(share),
  ]);
  const unused = unusedRules.length === 0 ? null : html`<p>Matched nothing: ${unusedRules.join(', ')}</p>`;
  return html`${htmlTable(['rule', 'class', 'outcome', 'requests', 'share'], rows, [3, 4])}${unused}`;
}

function addressTable({ byAddress, others }: AuditReport): Markup {
  const rows = byAddress.map(({ host, pathShape, room, outcome, rule, names, requests, share }) => [
    html`<code>${host}${pathShape}</code>`,
    room ?? outcome,
    rule ?? '(no rule)',
    names === null ? '' : html`<strong>${names.room}</strong>`,
    count(requests),
    percent(share),
  ]);
  const table = htmlTable(['address', 'room', 'rule', 'names', 'requests', 'share'], rows, [4, 5]);
  return html`${table}${others > 0 ? html`<p>and ${counted(others, 'request')} at other addresses</p>` : null}`;
}

function readPart({ logs, counts }: AuditReport): Markup {
  const files = logs.map(({ file, format, lines, isCut }) => {
    const cut = isCut ? ', breaks off: what came before it was used' : '';
    return html`<li><code>${file === '-' ? 'standard input' : file}</code>: ${counted(lines, 'line')}, ${format ?? 'no format known'}${cut}</li>`;
  });
  const skipped = skippedTexts(counts);
  return html`<ul>${files}</ul><p>${skipped.length === 0 ? 'Every line was read.' : `Skipped: ${skipped.join(', ')}.`}</p>`;
}

const STYLE: Markup = {
  markup: `
:root { color-scheme: light dark; --line: #d4d7de; --soft: #5b6472; --bad: #b42318; --warn: #8a5a00; --good: #11713b; --card: #f6f7f9; }
@media (prefers-color-scheme: dark) { :root { --line: #3a404b; --soft: #a3adbb; --bad: #ff8a7a; --warn: #f2c14e; --good: #6fd69a; --card: #1d2127; } body { background: #14171b; color: #e8eaed; } }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 72rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.5rem; line-height: 1.3; margin: .25rem 0 .5rem; } h2 { font-size: 1.15rem; margin: 0 0 .5rem; } h3 { font-size: 1rem; margin: 1rem 0 .25rem; }
header, article { border-left: .4rem solid var(--soft); padding: .75rem 1rem; margin: 0 0 1.25rem; background: var(--card); border-radius: .25rem; }
header.covered { border-color: var(--good); } header.findings, article.critical { border-color: var(--bad); } article.warning { border-color: var(--warn); }
.verdict, .severity { margin: 0; font-weight: 700; text-transform: uppercase; letter-spacing: .05em; font-size: .8rem; }
.covered .verdict { color: var(--good); } .findings .verdict, .critical .severity { color: var(--bad); } .warning .severity { color: var(--warn); }
section { margin: 2rem 0; } .note { color: var(--soft); font-size: .9rem; }
.table { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: .92rem; }
th, td { text-align: left; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; } th { color: var(--soft); font-weight: 600; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
dl { margin: .5rem 0; } dl div { display: grid; grid-template-columns: minmax(9rem, 17rem) 1fr; gap: .75rem; } dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
code { font: .92em ui-monospace, monospace; overflow-wrap: anywhere; } pre { overflow-x: auto; padding: .75rem; border: 1px solid var(--line); border-radius: .25rem; margin: .25rem 0 0; } pre code { overflow-wrap: normal; }
`,
};
