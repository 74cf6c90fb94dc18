/** Makes of each request one that gate and platform read alike, or refuses it: what a rule judges is what is sent on. */
import type { Settings } from '../../config/settings.ts';
import { clientAddress } from './client-address.ts';
import { compileNetworks, type NetworkMatcher } from './networks.ts';
import { type Refused, readHead, refused } from './normalise-head.ts';
import { readAuthority } from './normalise-host.ts';
import { readTarget } from './normalise-target.ts';
import type { Normalised } from './words.ts';

export interface RawRequest {
  method: string;
  /** The target as it came, one character a byte. */
  url: string;
  httpVersion: string;
  /** Flat name, value list, as Node's `rawHeaders`. */
  rawHeaders: readonly string[];
  remoteAddress: string | undefined;
  /** Whether the client's own connection is TLS. */
  encrypted: boolean;
}

export interface RequestLimits {
  maxUrlBytes: number;
  /** Whether a peer's x-forwarded-* and forwarded headers are believed. */
  trusts: NetworkMatcher;
}

export function prepareLimits(settings: Pick<Settings, 'listen'>): RequestLimits {
  const { maxUrlBytes, trustedProxies } = settings.listen;
  return { maxUrlBytes, trusts: compileNetworks(trustedProxies) };
}

export function normalise(raw: RawRequest, limits: RequestLimits): Normalised {
  const wrong = requestLineFault(raw, limits);
  if (wrong !== null) return wrong;
  const head = readHead(raw.rawHeaders, raw.httpVersion);
  if (head.kind === 'refused') return head;
  const place = readAuthority(head.host);
  if (place === null) return refused('Host must be a host name or address, with a port at most');
  const read = readTarget(raw.url, place);
  if (read.kind === 'refused') return read;
  const client = clientAddress(raw.remoteAddress, head.forwarded, limits.trusts);
  return {
    kind: 'judged',
    request: {
      method: raw.method,
      target: read.target,
      path: read.path,
      query: read.query,
      host: place.host,
      authority: place.authority,
      scheme: client.scheme ?? (raw.encrypted ? 'https' : 'http'),
      clientAddress: client.address,
    },
  };
}

function requestLineFault(raw: RawRequest, limits: RequestLimits): Refused | null {
  if (raw.url.length > limits.maxUrlBytes)
    return refused(`the target is longer than ${limits.maxUrlBytes} bytes`, 'HG_URL_TOO_LONG');
  if (raw.httpVersion !== '1.1' && raw.httpVersion !== '1.0')
    return refused('the HTTP version must be 1.1 or 1.0');
  return isMethod(raw.method) ? null : refused('the method is not one that is forwarded');
}

const COMMON_METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
/** TRACE and TRACK echo what a visitor must not see, CONNECT opens a tunnel, SOURCE is of ICE, which Node's parser takes for HTTP/1.0. */
const REFUSED_METHODS = new Set(['TRACE', 'TRACK', 'CONNECT', 'SOURCE']);

/** Methods have case; lower case ones would pass rules that name them in capitals, so they are refused. */
function isMethod(method: string): boolean {
  return COMMON_METHODS.has(method) || (/^[A-Z][A-Z-]{0,31}$/.test(method) && !REFUSED_METHODS.has(method));
}
