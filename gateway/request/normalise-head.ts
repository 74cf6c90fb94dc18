/** Reads what decides a request's frame and place from its raw headers, in one pass, and refuses what two readers could frame differently. */
import type { ErrorCode } from '../errors.ts';
import type { ForwardedHeaders } from './client-address.ts';

export interface Refused {
  kind: 'refused';
  code: ErrorCode;
  detail: string;
}

export interface Head {
  kind: 'head';
  host: string;
  forwarded: ForwardedHeaders;
}

export function refused(detail: string, code: ErrorCode = 'HG_BAD_REQUEST'): Refused {
  return { kind: 'refused', code, detail };
}

interface Seen {
  hosts: string[];
  lengths: string[];
  encodings: string[];
  expectations: string[];
  upgrades: string[];
  forwarded: ForwardedHeaders;
}

export function readHead(rawHeaders: readonly string[], httpVersion: string): Head | Refused {
  const seen: Seen = { hosts: [], lengths: [], encodings: [], expectations: [], upgrades: [], forwarded: {} };
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) gather(seen, rawHeaders[i]!, rawHeaders[i + 1]!);
  const wrong = framingFault(seen, httpVersion) ?? expectationFault(seen) ?? upgradeFault(seen);
  if (wrong !== null) return wrong;
  if (seen.hosts.length !== 1)
    return refused(seen.hosts.length === 0 ? 'Host is missing' : 'Host is repeated');
  return { kind: 'head', host: seen.hosts[0]!, forwarded: seen.forwarded };
}

/** The length tells most names apart, so that a head of twenty fields costs a handful of comparisons. */
function gather(seen: Seen, name: string, value: string): void {
  switch (name.length) {
    case 4:
      if (isNamed(name, 'host')) seen.hosts.push(value);
      break;
    case 6:
      if (isNamed(name, 'expect')) seen.expectations.push(value);
      break;
    case 7:
      if (isNamed(name, 'upgrade')) seen.upgrades.push(value);
      break;
    case 9:
      if (isNamed(name, 'forwarded')) append(seen.forwarded, 'forwarded', value);
      break;
    case 14:
      if (isNamed(name, 'content-length')) seen.lengths.push(value);
      break;
    case 15:
      if (isNamed(name, 'x-forwarded-for')) append(seen.forwarded, 'x-forwarded-for', value);
      break;
    case 17:
      if (isNamed(name, 'transfer-encoding')) seen.encodings.push(value);
      else if (isNamed(name, 'x-forwarded-proto')) append(seen.forwarded, 'x-forwarded-proto', value);
      break;
  }
}

/** CGI-like platforms read `Content_Length` as `Content-Length`, so it counts as one. */
function isNamed(name: string, wanted: string): boolean {
  if (name === wanted) return true;
  const isFirstAlike = (name.charCodeAt(0) | 0x20) === wanted.charCodeAt(0);
  return isFirstAlike && name.toLowerCase().replaceAll('_', '-') === wanted;
}

function append(headers: ForwardedHeaders, name: keyof ForwardedHeaders, value: string): void {
  const before = headers[name];
  headers[name] = before === undefined ? value : `${before}, ${value}`;
}

function framingFault({ lengths, encodings }: Seen, httpVersion: string): Refused | null {
  if (lengths.length + encodings.length === 0) return null;
  if (lengths.length > 0 && encodings.length > 0)
    return refused('Content-Length and Transfer-Encoding exclude each other');
  if (lengths.length > 1) return refused('Content-Length is repeated');
  if (lengths.length === 1 && !/^[0-9]{1,15}$/.test(lengths[0]!))
    return refused('Content-Length must be digits');
  if (encodings.length === 0) return null;
  if (httpVersion !== '1.1') return refused('Transfer-Encoding needs HTTP/1.1');
  if (encodings.length > 1 || encodings[0]!.toLowerCase() !== 'chunked')
    return refused('Transfer-Encoding must be chunked and nothing else');
  return null;
}

function expectationFault({ expectations }: Seen): Refused | null {
  const met = expectations.length === 0 || (expectations.length === 1 && isContinue(expectations[0]!));
  return met ? null : refused('Expect must be 100-continue', 'HG_EXPECTATION');
}

/** Who takes it up speaks HTTP/2 from then on, past every rule. Other protocols are simply not taken up. */
function upgradeFault({ upgrades }: Seen): Refused | null {
  const namesHttp2 = upgrades.some((value) => value.toLowerCase().includes('h2c'));
  return namesHttp2 ? refused('Upgrade to h2c is not passed on') : null;
}

function isContinue(value: string): boolean {
  return value.toLowerCase() === '100-continue';
}
