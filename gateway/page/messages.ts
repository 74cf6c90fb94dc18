/** The organiser's messages as list items, newest first; made once for as long as the gateway holds the same list. */
import { escapeHtml } from './escape.ts';
import type { Language } from './language.ts';
import type { Message } from './words.ts';

/** More than these nobody reads in a line; the status page has them all. */
const SHOWN = 5;

const made = new WeakMap<readonly Message[], Map<string, string>>();

export function messageList(messages: readonly Message[], language: Language): string {
  if (messages.length === 0) return '';
  let byLanguage = made.get(messages);
  if (byLanguage === undefined) {
    byLanguage = new Map();
    made.set(messages, byLanguage);
  }
  const known = byLanguage.get(language.code);
  if (known !== undefined) return known;
  const list = newestFirst(messages)
    .slice(0, SHOWN)
    .map((message) => item(message, language))
    .join('');
  byLanguage.set(language.code, list);
  return list;
}

export function newestFirst(messages: readonly Message[]): Message[] {
  return [...messages].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
}

/** `of`: whom it concerns, where others stand beside it. */
export function item({ at, text }: Message, language: Language, of: string | null = null): string {
  const date = new Date(at);
  const shown = Number.isNaN(date.getTime()) ? escapeHtml(at) : language.dateTime(date);
  const about = of === null ? '' : `<b><bdi>${escapeHtml(of)}</bdi></b> `;
  return `<li><time datetime="${escapeHtml(at)}">${shown}</time>${about}<p dir="auto">${escapeHtml(text)}</p></li>`;
}
