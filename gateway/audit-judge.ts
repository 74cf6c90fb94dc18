/** Judges a request of an access log as the gate judges one of its own: the same normaliser, the same classifier. */
import type { Rule, Settings } from '../config/settings.ts';
import type { Judge, LineVerdict, LoggedRequest } from './audit/judge-words.ts';
import { createVerdictMemory, ownCopy } from './audit/verdict-memory.ts';
import { compileClassifier } from './request/classify.ts';
import { UNKNOWN_ADDRESS } from './request/client-address.ts';
import { canonicalAddress } from './request/networks.ts';
import { normalise, prepareLimits, type RawRequest } from './request/normalise.ts';
import type { Classified, JudgedRequest } from './request/words.ts';

export function createAuditJudge(settings: Settings): Judge {
  const limits = prepareLimits(settings);
  const classify = compileLogged(settings);
  const memory = createVerdictMemory();
  return (line) => {
    const known = memory.find(line);
    if (known !== undefined) return known;
    const logged = ownCopy(line);
    const read = normalise(rawOf(logged), limits);
    if (read.kind === 'refused') return refusedAs(logged, read.code);
    const { request } = read;
    if (isReserved(request.path, settings.prefix)) return reservedAs(request);
    const { classified, isForAll } = classify(request, logged.clientAddress);
    const verdict = verdictOf(logged, request, classified);
    if (isForAll) memory.keep(logged, verdict);
    return verdict;
  };
}

/**
 * Most requests never meet a rule that asks for networks, and reading a stranger's address costs as much as all the rest.
 * So they are judged first as if such rules took everybody: what another rule wins, it wins whatever the address is.
 */
function compileLogged(settings: Settings) {
  const classify = compileClassifier(settings);
  const everybody = compileClassifier({ ...settings, rules: settings.rules.map(forEverybody) });
  const asking = new Set(
    settings.rules.filter(({ match }) => match.networks.length > 0).map(({ name }) => name),
  );
  return (request: JudgedRequest, address: string | null): { classified: Classified; isForAll: boolean } => {
    const first = everybody(request);
    const isForAll = asking.size === 0 || (first.kind !== 'refused' && !asking.has(first.rule?.name ?? ''));
    if (isForAll) return { classified: first, isForAll };
    const clientAddress = canonicalAddress(address ?? '') ?? UNKNOWN_ADDRESS;
    return { classified: classify({ ...request, clientAddress }), isForAll };
  };
}

function forEverybody(rule: Rule): Rule {
  return { ...rule, match: { ...rule.match, networks: [] } };
}

/** A log of a balancer tells how clients spoke to it; with the gate it speaks HTTP/1.1. */
function rawOf({ method, target, host }: LoggedRequest): RawRequest {
  return {
    method,
    url: target,
    httpVersion: '1.1',
    rawHeaders: ['host', host],
    remoteAddress: undefined,
    encrypted: false,
  };
}

function isReserved(path: string, prefix: string): boolean {
  return path.startsWith(prefix) && (path.length === prefix.length || path[prefix.length] === '/');
}

function verdictOf(logged: LoggedRequest, request: JudgedRequest, classified: Classified): LineVerdict {
  if (classified.kind === 'refused') return refusedAs(logged, classified.code);
  const isRoom = classified.kind === 'room';
  return {
    kind: classified.kind,
    host: request.host,
    path: request.path,
    query: request.query,
    room: isRoom ? classified.room : null,
    template: isRoom ? classified.template : null,
    rule: classified.rule?.name ?? null,
    class: classified.class,
    note: undefined,
  };
}

const PLAIN_HOST = /^[A-Za-z0-9._:[\]-]{1,253}$/;

function reservedAs({ host, path, query }: JudgedRequest): LineVerdict {
  return { kind: 'reserved', host, path, query, note: undefined };
}

/** What could not be read is told as it came, for the report's examples; nothing is decided by it. */
function refusedAs({ host, target }: LoggedRequest, code: string): LineVerdict {
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const query = mark < 0 ? '' : target.slice(mark + 1);
  return {
    kind: 'refused',
    code,
    host: PLAIN_HOST.test(host) ? host.toLowerCase() : '?',
    path,
    query,
    note: undefined,
  };
}
