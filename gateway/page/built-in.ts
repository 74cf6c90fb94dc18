/** The built-in pages, written in the placeholders that an organiser's own templates may use too (docs/pages.md). */
import { iconFor } from './icons.ts';
import type { Texts } from './texts.ts';
import type { PageKind } from './words.ts';

export const PAGE_KINDS: readonly PageKind[] = [
  'waiting',
  'called',
  'prequeue',
  'paused',
  'maintenance',
  'offline',
  'held',
  'soldout',
  'ended',
  'failed',
  'busy',
  'busy-form',
  'not-sent',
  'too-many-places',
  'left',
  'refused',
];

const LANE = `{{#lane}}<div><dt>{{text.lane}}</dt><dd>{{lane}}</dd></div>{{/lane}}`;
const INVITATION = `{{#invited}}<p>{{text.invited}}</p>{{/invited}}{{#invitationRefused}}<p>{{text.invitationRefused}}</p>{{/invitationRefused}}`;

const KEPT = `${INVITATION}{{#kept}}<div class="kept"><p><strong>{{text.placeKept}}</strong></p><p>{{text.mayClose}}</p></div>{{/kept}}`;

const PLACE = `{{#position}}<div class="place">
<p class="big"><span>{{text.position}}</span> <strong data-hg="position">{{position}}</strong></p>
{{#progress}}<progress max="100" value="{{progress}}" aria-label="{{text.progress}}" data-hg="progress"></progress>{{/progress}}
</div>{{/position}}`;

const NUMBER = `{{#number}}<div><dt>{{text.number}}</dt><dd data-hg="number">{{number}}</dd></div>{{/number}}${LANE}`;
const NUMBER_FACT = `{{#number}}<dl class="facts">${NUMBER}</dl>{{/number}}`;

const OPENING = `{{#opensAt}}<div class="place">
<p class="big"><span>{{text.opensAt}}</span> <strong class="date"><time datetime="{{opensAt.iso}}">{{opensAt}}</time></strong></p>
<p class="countdown" data-hg="countdown" hidden><span>{{text.opensIn}}</span> <strong></strong></p>
</div>{{/opensAt}}`;

const MAINTENANCE = `{{#maintenance}}<p dir="auto">{{maintenance}}</p>{{/maintenance}}`;

const DRAW = `{{#draw}}<p>{{text.prequeueDraw}}</p>
<p class="proof"><span>{{text.drawProof}}</span> <code>{{draw}}</code></p>{{/draw}}`;

const link = (text: keyof Texts, more = '') =>
  `<p class="actions"><a class="button" href="{{target}}"${more}>{{text.${text}}}</a></p>`;

const FACTS_AND_WAIT = `<dl class="facts">${NUMBER}
<div><dt>{{text.expectedWait}}</dt><dd data-hg="wait">{{wait}}</dd></div></dl>`;

/** What stands below heading and lead. */
const BODIES: Record<PageKind, string> = {
  waiting: PLACE + FACTS_AND_WAIT + KEPT,
  called: link('goIn') + NUMBER_FACT,
  prequeue: OPENING + DRAW + NUMBER_FACT + KEPT,
  paused: OPENING + PLACE + NUMBER_FACT + KEPT,
  maintenance: OPENING + MAINTENANCE + PLACE + NUMBER_FACT + KEPT,
  offline: OPENING + PLACE + NUMBER_FACT + KEPT,
  held: PLACE + NUMBER_FACT + KEPT,
  soldout: PLACE + NUMBER_FACT + KEPT,
  ended: '',
  failed: link('tryAgain'),
  busy: link('tryAgain'),
  'busy-form': '<p>{{text.busyKeep}}</p>',
  'not-sent': `<p>{{text.notSentKeep}}</p>${link('openLine', ' target="_blank" rel="noopener"')}`,
  'too-many-places': '<ul class="rooms">{{heldRooms}}</ul>',
  left: link('joinAgain'),
  refused: '{{#detail}}<p class="detail" dir="auto">{{detail}}</p>{{/detail}}',
};

const SENTENCES: Record<PageKind, string> = {
  waiting: 'waiting',
  called: 'called',
  prequeue: 'prequeue',
  paused: 'paused',
  maintenance: 'maintenance',
  offline: 'offline',
  held: 'held',
  soldout: 'soldout',
  ended: 'ended',
  failed: 'failed',
  busy: 'busy',
  'busy-form': 'notSent',
  'not-sent': 'notSent',
  'too-many-places': 'tooMany',
  left: 'left',
  refused: 'refused',
};

// Without the script the page reloads every few seconds and would shut what was just opened: there the button stands free.
const LEAVE = `<details data-hg="leaving" hidden><summary>{{text.leave}}</summary><p>{{text.leaveAsk}}</p>
<form method="post" action="{{leave}}" data-hg="leave"><button class="quiet">{{text.leaveYes}}</button></form></details>
<noscript><form method="post" action="{{leave}}"><button class="quiet">{{text.leaveYes}}</button></form></noscript>`;

export function builtInTemplate(kind: PageKind): string {
  const sentence = SENTENCES[kind];
  return `<!doctype html>
<html lang="{{lang}}" dir="{{dir}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{{#position}}({{position}}) {{/position}}{{text.${sentence}Heading}}{{#title}} &#183; {{title}}{{/title}}</title>
<link rel="icon" href="data:,">
{{refresh}}
{{style}}
</head>
<body class="{{kind}}">
<header class="brand">{{logo}}{{#title}}<p dir="auto">{{title}}</p>{{/title}}</header>
<main {{data}}>
<div class="card">
<div class="icon">${iconFor(kind)}</div>
<h1>{{text.${sentence}Heading}}</h1>
<p class="lead">{{text.${sentence}Lead}}</p>
${BODIES[kind]}
<p class="note" data-hg="note" hidden></p>
<p class="unseen" role="status" aria-live="polite" data-hg="say"></p>
<section class="news" data-hg="news"{{^messages}} hidden{{/messages}}><h2>{{text.messages}}</h2><ul data-hg="messages">{{messages}}</ul></section>
</div>
</main>
<footer>
{{#poll}}<p>{{text.updatesItself}}</p>{{/poll}}
{{#leave}}${LEAVE}{{/leave}}
{{#requestId}}<p class="reference">{{text.reference}} <code>{{requestId}}</code></p>{{/requestId}}
</footer>
{{script}}
</body>
</html>
`;
}
