/** Makes of an event what may leave the process: bounded, and without configurations, which name secrets and addresses. */
import { redacted, redactedText } from '../audit-log/redact.ts';
import type { AdminEvent } from '../control/words.ts';
import type { Notice } from './words.ts';

/** Beyond so many characters the details stay here, and the summary says enough. */
const MOST_DATA_CHARACTERS = 32_768;
const MOST_SUMMARY_CHARACTERS = 2_000;
const LEFT_OUT = new Set(['config', 'secretFile']);

const PAGES: Partial<Record<AdminEvent['kind'], string>> = {
  finding: 'findings',
  drift: 'drift',
  revision: 'revisions',
  decision: 'decisions',
  reminder: 'messages',
};

export function noticeOf(
  event: AdminEvent,
  facts: { id: string; atMs: number; publicUrl: string | null },
): Notice {
  const notice: Notice = {
    id: facts.id,
    kind: event.kind,
    at: new Date(facts.atMs).toISOString(),
    severity: event.severity,
    room: event.room,
    summary: redactedText(event.summary.slice(0, MOST_SUMMARY_CHARACTERS)),
    data: boundedData(event.data),
  };
  return facts.publicUrl === null ? notice : { ...notice, link: linkOf(event, facts.publicUrl) };
}

function boundedData(data: unknown): unknown {
  const text = JSON.stringify(redacted(data), (key, value) => (LEFT_OUT.has(key) ? undefined : value));
  return text === undefined || text.length > MOST_DATA_CHARACTERS ? null : JSON.parse(text);
}

function linkOf({ kind, room }: AdminEvent, publicUrl: string): string {
  const page = PAGES[kind] ?? (room === null ? 'rooms' : `rooms/${encodeURIComponent(room)}`);
  return `${publicUrl.replace(/\/+$/, '')}/v1/${page}`;
}
