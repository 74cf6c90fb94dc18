/** What did not hold, and what was found: each with what was seen, what it means, and what to change. */
import { html, type Markup } from '../../admin/log-audit/html-parts.ts';
import type { Check, SeenFinding } from '../rehearse/report-words.ts';
import { seenText, wantedText } from './outcome.ts';
import { ended, meaningOf, percent, sentence, title } from './texts.ts';

export function checkCard(check: Check): Markup {
  const { name, held, figure, meaning, advice, evidence } = check;
  return html`<article class="card failed" id="check-${name}">
<p class="tag">${held === null ? 'Not seen: counts as failed' : 'Did not hold'}</p>
<h3>${title(name)}</h3>
<dl class="seen"><div><dt>Seen</dt><dd>${seenText(check)}</dd></div><div><dt>Wanted</dt><dd>${wantedText(check)}</dd></div></dl>
<p class="note">${sentence(meaningOf(figure))}. <code>${name}</code></p>
${evidence.length === 0 ? null : html`<h4>What was seen</h4><ul>${evidence.map((text) => html`<li>${text}</li>`)}</ul>`}
${part('What it means', meaning)}
${part('What to change', advice)}
</article>`;
}

function part(heading: string, text: string): Markup | null {
  return text.trim() === '' ? null : html`<h4>${heading}</h4><p>${ended(sentence(text))}</p>`;
}

const SEVERITIES: Readonly<Record<string, string>> = {
  critical: 'Critical finding',
  warning: 'Warning',
  info: 'Noted',
};

export function findingCard(finding: SeenFinding, index: number): Markup {
  const { kind, severity, summary, room, evidence, proposedRule } = finding;
  const { host, pathShape, share, examples } = evidence;
  const facts: (Markup | null)[] = [
    host === null ? null : fact('Address', html`<code>${host}${pathShape ?? ''}</code>`),
    room === null ? null : fact('Belongs into', html`<code>${room}</code>`),
    share === null ? null : fact('Share of the requests', percent(share)),
    examples.length === 0
      ? null
      : fact(
          'Such as',
          html`<ul class="plain">${examples.map((one) => html`<li><code>${one}</code></li>`)}</ul>`,
        ),
    fact('Kind', html`<code>${kind}</code>`),
  ];
  return html`<article class="card ${severity in SEVERITIES ? severity : 'info'}">
<p class="tag">${SEVERITIES[severity] ?? severity}</p>
<h3>${summary}</h3>
<dl class="facts">${facts}</dl>
${proposedRule && ruleParts(proposedRule, `rule-${index + 1}`)}
</article>`;
}

function fact(name: string, value: string | Markup): Markup {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

function ruleParts(rule: NonNullable<SeenFinding['proposedRule']>, id: string): Markup {
  const place = rule.before == null ? null : html` Stands before “${rule.before}”.`;
  const whole =
    rule.config.trim() === ''
      ? null
      : html`<details><summary>The whole configuration with it</summary>${copyable(rule.config, `${id}-config`, 'Copy the configuration')}</details>`;
  return html`<h4>Proposed rule</h4><p>${ended(sentence(rule.summary))}${place}</p>
${copyable(rule.yaml, id, 'Copy the rule')}${whole}`;
}

/** Stands as it is to be pasted; the button shows itself where a script can copy. */
function copyable(text: string, id: string, label: string): Markup {
  return html`<div class="copyable"><pre tabindex="0" aria-label="${label.replace('Copy the', 'Proposed')}"><code id="${id}">${verbatim(text)}</code></pre><button type="button" data-copy="${id}" hidden>${label}</button></div>`;
}

/** Line by line: a line break within one text would be shown as a control character. */
function verbatim(text: string): Markup[] {
  return text
    .replaceAll('\r', '')
    .trimEnd()
    .split('\n')
    .map((line) => html`${line}`);
}
