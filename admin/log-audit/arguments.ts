/** Reads what was typed behind `headgate audit`; a mistake is told in a sentence. */
import type { AuditOptions } from './words.ts';

export interface TypedAudit {
  config?: string;
  host?: string;
  json?: boolean;
  html?: string;
  from?: string;
  to?: string;
  format?: string;
}

export type AskedAudit = { kind: 'asked'; options: AuditOptions } | { kind: 'wrong'; says: string };

const FORMATS = ['auto', 'combined', 'vhost', 'json'] as const;
const HOST = /^[A-Za-z0-9_.:[\]-]{1,261}$/;
/** A time without a zone is UTC. */
const TIME = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;

export function readAuditArguments(logs: readonly string[], typed: TypedAudit): AskedAudit {
  const { config, host = null, json = false, html = null, from, to, format = 'auto' } = typed;
  if (logs.length === 0) return wrong('name an access log, or - for standard input');
  if (logs.filter((file) => file === '-').length > 1) return wrong('standard input can be read once');
  if (config === undefined || config === '') return wrong('name the configuration by --config <file>');
  if (host !== null && !HOST.test(host)) return wrong(`--host ${JSON.stringify(host)} is not a host`);
  const known = FORMATS.find((one) => one === format);
  if (known === undefined) return wrong(`--format must be one of ${FORMATS.join(', ')}`);
  const fromMs = from === undefined ? Number.NEGATIVE_INFINITY : timeOf(from);
  const toMs = to === undefined ? Number.POSITIVE_INFINITY : timeOf(to);
  if (Number.isNaN(fromMs)) return wrong(`--from ${JSON.stringify(from)} ${TIME_SAYS}`);
  if (Number.isNaN(toMs)) return wrong(`--to ${JSON.stringify(to)} ${TIME_SAYS}`);
  if (fromMs >= toMs) return wrong('--from must be before --to');
  return { kind: 'asked', options: { logs, config, host, format: known, fromMs, toMs, json, html } };
}

const TIME_SAYS = 'is not a time such as 2026-12-01T15:00:00Z';

function timeOf(text: string): number {
  if (!TIME.test(text)) return Number.NaN;
  const iso = text.replace(' ', 'T');
  const hasZone = /T.*(?:Z|[+-]\d{2}:?\d{2})$/.test(iso);
  return Date.parse(iso.length === 10 || hasZone ? iso : `${iso}Z`);
}

function wrong(says: string): AskedAudit {
  return { kind: 'wrong', says };
}
