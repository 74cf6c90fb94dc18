/** What the observer reads of a request, whichever framework and HTTP version it came by; nothing of it is kept. */

/** A visitor has passes of at most eight rooms. */
const MOST_PASSES = 8;
/** Longer tokens are no passes. */
const MAX_PASS_CHARS = 2048;
const MAX_HOST_CHARS = 253;
/** A method is a word of the client's: these alone are told. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/**
 * `target` is path and query as they were sent, also where the observer is mounted under a path: Express and Connect
 * cut the mount's path off `url` and keep the whole in `originalUrl`.
 */
export function readRequest(request, { host, cookiePrefix, trustedProxies }) {
  const { headers } = request;
  return {
    method: request.method ?? '',
    host: hostOf(request, host),
    target: request.originalUrl ?? request.url ?? '/',
    stamp: headers['headgate-stamp'],
    passes: passesOf(headers, `${cookiePrefix}_p_`),
    address: addressOf(request, trustedProxies),
  };
}

/** Without query; of an absolute-form target the path alone. */
export function pathOf(target) {
  const end = target.search(/[?#]/);
  const path = end === -1 ? target : target.slice(0, end);
  if (path.startsWith('/')) return path;
  const scheme = path.indexOf('://');
  const slash = scheme === -1 ? -1 : path.indexOf('/', scheme + 3);
  return slash === -1 ? '/' : path.slice(slash);
}

export function knownMethod(method) {
  return METHODS.has(method) ? method : 'other';
}

/** Lower case, without port and trailing dot. */
export function hostName(host) {
  const name = host.slice(0, MAX_HOST_CHARS + 6).toLowerCase();
  const port = name.search(/:\d*$/);
  const bare = port === -1 || name.endsWith(']') ? name : name.slice(0, port);
  return (bare.endsWith('.') ? bare.slice(0, -1) : bare).slice(0, MAX_HOST_CHARS);
}

function hostOf(request, host) {
  if (typeof host === 'string') return host;
  if (typeof host === 'function') return String(host(request));
  return request.headers[':authority'] ?? request.headers.host ?? '';
}

/** Pairs of the room that the place names (null: the header names none) and the token. */
function passesOf(headers, cookieStart) {
  const passes = [];
  const own = headers['headgate-pass'];
  if (typeof own === 'string') keep(passes, null, own);
  const { cookie } = headers;
  if (typeof cookie !== 'string' || !cookie.includes(cookieStart)) return passes;
  for (const pair of cookie.split(';')) {
    const start = pair.trimStart();
    const equals = start.indexOf('=');
    if (equals === -1 || !start.startsWith(cookieStart)) continue;
    keep(passes, start.slice(cookieStart.length, equals).trimEnd(), start.slice(equals + 1).trim());
    if (passes.length >= MOST_PASSES) break;
  }
  return passes;
}

function keep(passes, room, token) {
  if (token.length > 0 && token.length <= MAX_PASS_CHARS) passes.push({ room, token });
}

/** Each trusted proxy appended whom it heard from: the last but `trustedProxies - 1` is the client. */
function addressOf(request, trustedProxies) {
  const peer = request.socket?.remoteAddress ?? '';
  const forwarded = trustedProxies > 0 ? request.headers['x-forwarded-for'] : undefined;
  if (typeof forwarded !== 'string') return peer;
  const hops = forwarded.split(',');
  return (hops[Math.max(0, hops.length - trustedProxies)] ?? peer).trim();
}
