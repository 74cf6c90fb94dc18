/** The public status page: every line's state, how many wait, how fast it moves, and what the organiser has said. */
import { maintenanceLeft } from '../../config/maintenance.ts';
import type { Maintenance } from '../../config/settings.ts';
import type { RoomView, ViewState } from '../line/words.ts';
import { chooseLanguage } from './accept-language.ts';
import { STATUS_SCRIPT, STYLE } from './assets.ts';
import { DEFAULT_COLOUR, paletteCss } from './colour.ts';
import { escapeHtml } from './escape.ts';
import { type Language, languageFor } from './language.ts';
import type { LanguageCode } from './locales/all.ts';
import { item, newestFirst } from './messages.ts';
import { inlineHashes, pageHeaders } from './policy.ts';
import type { Texts } from './texts.ts';
import type { Message, RenderedPage } from './words.ts';

export interface StatusModel {
  at: Date;
  /** Rooms to show, with the title of their page settings where they have one. */
  rooms: readonly ShownRoom[];
  /** Those for everybody. */
  messages: readonly Message[];
}

interface ShownRoom {
  view: RoomView;
  title: string | null;
  override?: ShownOverride | null;
  maintenance?: readonly Maintenance[];
  /** For this room's visitors alone. */
  messages?: readonly Message[];
}

/** What an operator told this gateway to do with the room for a while. */
export interface ShownOverride {
  action: 'pause' | 'bypass' | 'limit';
  limit: number | null;
  /** Epoch ms. */
  until: number;
}

/** More rooms than a person reads; the JSON document has them all. */
const MAX_ROWS = 200;
const MAX_MESSAGES = 50;
/** Of each room, the next ones. */
const MAX_MAINTENANCE = 3;
const REFRESH_SECONDS = 10;

const PARTS = `<style>${STYLE}</style><style>${paletteCss(DEFAULT_COLOUR)}</style>`;
const SCRIPT = `<script>${STATUS_SCRIPT}</script>`;
const HASHES = inlineHashes([PARTS, SCRIPT]);
const headers = new Map<LanguageCode, readonly string[]>();

const STATES: Record<ViewState, keyof Texts> = {
  open: 'stateOpen',
  engaged: 'stateEngaged',
  prequeue: 'statePrequeue',
  paused: 'statePaused',
  offline: 'stateOffline',
  soldout: 'stateSoldout',
  held: 'stateHeld',
  ended: 'stateEnded',
};

export function renderStatus(model: StatusModel, acceptLanguage: string | undefined): RenderedPage {
  const language = languageFor(chooseLanguage(acceptLanguage));
  return { html: page(model, language), headers: headersFor(language) };
}

function headersFor({ code, tag }: Language): readonly string[] {
  let known = headers.get(code);
  if (known === undefined) {
    known = pageHeaders(HASHES, tag, "'self'");
    headers.set(code, known);
  }
  return known;
}

function page(model: StatusModel, language: Language): string {
  const { texts, tag, dir } = language;
  const heading = escapeHtml(texts.statusHeading);
  return `<!doctype html>
<html lang="${tag}" dir="${dir}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${heading}</title>
<link rel="icon" href="data:,">
<noscript><meta http-equiv="refresh" content="${REFRESH_SECONDS}"></noscript>
${PARTS}
</head>
<body class="wide">
<main data-headgate-status><div class="card">
<h1>${heading}</h1>
<p class="lead">${asOf(model.at, language)}</p>
${roomTable(model.rooms, language)}
<section class="news"><h2>${escapeHtml(texts.messages)}</h2>${messages(model, language)}</section>
</div></main>
${SCRIPT}
</body>
</html>
`;
}

function asOf(at: Date, language: Language): string {
  const time = `<time datetime="${at.toISOString()}">${language.dateTime(at)}</time>`;
  return escapeHtml(language.texts.statusAt).replace('{time}', time);
}

function roomTable(rooms: StatusModel['rooms'], language: Language): string {
  const { texts } = language;
  if (rooms.length === 0) return `<p>${escapeHtml(texts.statusNoRooms)}</p>`;
  const rows = [...rooms]
    .sort((a, b) => b.view.waiting - a.view.waiting)
    .slice(0, MAX_ROWS)
    .map((room) => roomRow(room, language));
  return `<table><thead><tr><th scope="col">${escapeHtml(texts.statusRoom)}</th><th scope="col">${escapeHtml(texts.statusState)}</th><th scope="col" class="count">${escapeHtml(texts.statusWaiting)}</th><th scope="col" class="count">${escapeHtml(texts.statusCalls)}</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function roomRow(room: ShownRoom, language: Language): string {
  const { view, title, override } = room;
  const known = escapeHtml(language.texts[STATES[view.state]] as string);
  const lines = [
    reopeningLine(view, language),
    overrideLine(override, language),
    maintenanceLines(room, language),
  ];
  const state = known + lines.join('');
  const calls = view.callsPerMinute.one;
  const pace = calls === null ? '–' : language.number(calls);
  return `<tr><th scope="row"><bdi>${escapeHtml(title ?? view.room)}</bdi></th><td>${state}</td>${count('statusWaiting', language.number(view.waiting), language)}${count('statusCalls', pace, language)}</tr>`;
}

/** As operators said it; what opens by its launch is the waiting page's to tell. */
function reopeningLine({ stateUntil }: RoomView, language: Language): string {
  if (stateUntil === null) return '';
  return `<p class="override">${escapeHtml(language.texts.opensAt)} ${timeAt(stateUntil, language)}</p>`;
}

const OVERRIDES = { pause: 'overridePause', bypass: 'overrideBypass', limit: 'overrideLimit' } as const;

function overrideLine(override: ShownOverride | null | undefined, language: Language): string {
  if (!override) return '';
  const time = timeAt(override.until, language);
  const text = escapeHtml(language.texts[OVERRIDES[override.action]]);
  const filled = text.replace('{time}', time).replace('{limit}', language.number(override.limit ?? 0));
  return `<p class="override">${filled}</p>`;
}

function maintenanceLines({ view, maintenance = [] }: ShownRoom, language: Language): string {
  const left = maintenanceLeft(maintenance, view.at).slice(0, MAX_MAINTENANCE);
  return left.map((window) => maintenanceLine(window, language)).join('');
}

function maintenanceLine({ fromMs, untilMs, text }: Maintenance, language: Language): string {
  const times = escapeHtml(language.texts.statusMaintenance)
    .replace('{from}', timeAt(fromMs, language))
    .replace('{until}', timeAt(untilMs, language));
  const why = text === null ? '' : `<br><bdi>${escapeHtml(text)}</bdi>`;
  return `<p class="ahead">${times}${why}</p>`;
}

function timeAt(atMs: number, language: Language): string {
  const at = new Date(atMs);
  return `<time datetime="${at.toISOString()}">${language.dateTime(at)}</time>`;
}

/** On a phone there are no columns to stand under: the count brings its label. */
function count(label: 'statusWaiting' | 'statusCalls', shown: string, { texts }: Language): string {
  return `<td class="count" data-label="${escapeHtml(texts[label])}">${shown}</td>`;
}

function messages({ messages: ofAll, rooms }: StatusModel, language: Language): string {
  const about = new Map<Message, string>();
  for (const { view, title, messages: own = [] } of rooms)
    for (const message of own) about.set(message, title ?? view.room);
  const list = [...ofAll, ...about.keys()];
  if (list.length === 0) return `<p class="lead">${escapeHtml(language.texts.statusNoMessages)}</p>`;
  const items = newestFirst(list)
    .slice(0, MAX_MESSAGES)
    .map((message) => item(message, language, about.get(message) ?? null));
  return `<ul>${items.join('')}</ul>`;
}
