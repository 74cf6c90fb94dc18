/** Judges a request of an access log as the gate judges one of its own: the same normaliser, the same classifier. */
import type { Settings } from '../config/settings.ts';
import type { Judge, LineVerdict, LoggedRequest } from './audit/judge-words.ts';
import { type Classifier, compileClassifier } from './request/classify.ts';
import { normalise, prepareLimits, type RawRequest } from './request/normalise.ts';
import type { Classified, JudgedRequest } from './request/words.ts';

export function createAuditJudge(settings: Settings): Judge {
  const limits = prepareLimits(settings);
  const classify = compileClassifier(settings);
  const readsAddress = settings.rules.some((rule) => rule.enabled && rule.match.networks.length > 0);
  return (logged) => {
    const read = normalise(rawOf(logged, readsAddress), limits);
    if (read.kind === 'refused') return refusedAs(logged, read.code);
    const { request } = read;
    if (isReserved(request.path, settings.prefix)) return { kind: 'reserved', ...placeOf(request) };
    return verdictOf(logged, request, classify);
  };
}

/** A log of a balancer tells how clients spoke to it; with the gate it speaks HTTP/1.1. */
function rawOf({ method, target, host, clientAddress }: LoggedRequest, readsAddress: boolean): RawRequest {
  return {
    method,
    url: target,
    httpVersion: '1.1',
    rawHeaders: ['host', host],
    remoteAddress: readsAddress ? (clientAddress ?? undefined) : undefined,
    encrypted: false,
  };
}

function isReserved(path: string, prefix: string): boolean {
  return path.startsWith(prefix) && (path.length === prefix.length || path[prefix.length] === '/');
}

function verdictOf(logged: LoggedRequest, request: JudgedRequest, classify: Classifier): LineVerdict {
  const classified = classify(request);
  if (classified.kind === 'refused') return refusedAs(logged, classified.code);
  const { kind, rule } = classified;
  return {
    kind,
    ...placeOf(request),
    ...roomOf(classified),
    rule: rule?.name ?? null,
    class: classified.class,
  };
}

function placeOf({ host, path, query }: JudgedRequest) {
  return { host, path, query };
}

function roomOf(classified: Classified) {
  if (classified.kind !== 'room') return { room: null, template: null };
  return { room: classified.room, template: classified.template };
}

/** What could not be read is told as it came, for the report's examples; nothing is decided by it. */
function refusedAs({ host, target }: LoggedRequest, code: string): LineVerdict {
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const query = mark < 0 ? '' : target.slice(mark + 1);
  return { kind: 'refused', code, host: host.toLowerCase(), path, query };
}
