/** What becomes of a header by its name, judged once a name and remembered, so that the hot path only looks it up. */

/** Names that belong to one connection (RFC 9110 §7.6.1, and what older software treats so). */
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
];

/** Claims about the client's address that platforms believe; a client behind no trusted proxy may not make them. */
const ADDRESS_CLAIMS = ['x-real-ip', 'x-client-ip', 'true-client-ip', 'cf-connecting-ip'];

/** Some frameworks route by these instead of the path: they would reach a page that no rule judged. */
const PATH_OVERRIDES = ['x-original-url', 'x-rewrite-url'];

/** CGI turns it into HTTP_PROXY, which programs take for their own proxy (CVE-2016-5385). */
const PROXY = 'proxy';

/** Caching headers that would outvote `cache-control: private, no-store`. */
const CACHING = ['cache-control', 'expires', 'surrogate-control', 'x-accel-expires', 'cdn-cache-control'];

export type RequestHeaderKind =
  | 'keep'
  | 'drop'
  | 'connection'
  | 'content-length'
  | 'transfer-encoding'
  | 'upgrade'
  | 'expect'
  | 'cookie'
  | 'forwarded';

export type ResponseHeaderKind =
  | 'keep'
  | 'drop'
  | 'connection'
  | 'content-length'
  | 'transfer-encoding'
  | 'trailer'
  | 'content-type'
  | 'caching'
  | 'headgate';

export interface JudgedName<Kind> {
  kind: Kind;
  /** Lower case, `_` as `-`: CGI folds both into one name, so both are one name to us. */
  name: string;
}

const requestNames = new Map<string, JudgedName<RequestHeaderKind>>();
const responseNames = new Map<string, JudgedName<ResponseHeaderKind>>();
/** Invented names beyond this are judged each time; no client can grow the table. */
const MAX_NAMES = 2_000;

export function judgeRequestHeader(raw: string): JudgedName<RequestHeaderKind> {
  return requestNames.get(raw) ?? remember(requestNames, raw, requestKind);
}

export function judgeResponseHeader(raw: string): JudgedName<ResponseHeaderKind> {
  return responseNames.get(raw) ?? remember(responseNames, raw, responseKind);
}

function remember<Kind>(
  table: Map<string, JudgedName<Kind>>,
  raw: string,
  kindOf: (folded: string, exact: string) => Kind,
): JudgedName<Kind> {
  const exact = raw.toLowerCase();
  const name = exact.replaceAll('_', '-');
  const judged = { kind: kindOf(name, exact), name };
  if (table.size < MAX_NAMES) table.set(raw, judged);
  return judged;
}

function requestKind(name: string, exact: string): RequestHeaderKind {
  if (name.startsWith('headgate-') || name === 'host' || name === PROXY) return 'drop';
  if (PATH_OVERRIDES.includes(name)) return 'drop';
  if (name.startsWith('x-forwarded-') || name === 'forwarded' || ADDRESS_CLAIMS.includes(name)) {
    return name === exact ? 'forwarded' : 'drop';
  }
  // A folded twin of what frames or names the request is a second opinion about it: never sent on.
  if (name !== exact) return isFraming(name) ? 'drop' : 'keep';
  if (isSpecialRequest(name)) return name;
  return HOP_BY_HOP.includes(name) ? 'drop' : 'keep';
}

type SpecialRequestKind =
  | 'connection'
  | 'content-length'
  | 'transfer-encoding'
  | 'upgrade'
  | 'expect'
  | 'cookie';
const SPECIAL_REQUEST: readonly string[] = [
  'connection',
  'content-length',
  'transfer-encoding',
  'upgrade',
  'expect',
  'cookie',
] satisfies SpecialRequestKind[];

function isSpecialRequest(name: string): name is SpecialRequestKind {
  return SPECIAL_REQUEST.includes(name);
}

function isFraming(name: string): boolean {
  return HOP_BY_HOP.includes(name) || isSpecialRequest(name);
}

function responseKind(name: string, exact: string): ResponseHeaderKind {
  if (name.startsWith('headgate-')) return 'headgate';
  if (exact === 'connection' || exact === 'content-length' || exact === 'transfer-encoding') return exact;
  if (exact === 'trailer' || exact === 'content-type') return exact;
  if (CACHING.includes(exact) || exact.endsWith('-cdn-cache-control')) return 'caching';
  return HOP_BY_HOP.includes(exact) ? 'drop' : 'keep';
}

/** Names that a `Connection` header lists, lower case; `keep-alive`, `close` and `upgrade` alone name nothing. */
export function listedNames(connection: string, into: string[] = []): string[] {
  if (connection === 'keep-alive' || connection === 'close') return into;
  for (const part of connection.toLowerCase().split(',')) into.push(part.trim().replaceAll('_', '-'));
  return into;
}
