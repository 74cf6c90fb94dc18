/** What the platform gets of a client's headers: everything but what belongs to the connection, to the gate, or to a liar. */
import { judgeRequestHeader, listedNames } from './header-kinds.ts';
import type { ForwardOrder } from './words.ts';

export interface RequestHead {
  /** Flat name, value list, host first; without content-length, which goes by the body. */
  headers: string[];
  /** As the client's parser judged it; null: no length was named. */
  contentLength: number | null;
  isChunked: boolean;
  expects: '100-continue' | 'unknown' | null;
  upgrade: string | null;
}

type HeaderOrder = Pick<
  ForwardOrder,
  'authority' | 'scheme' | 'clientAddress' | 'trustForwarded' | 'add' | 'cookiePrefix'
>;

/** What is dropped is dropped first, what the gate adds is added after: no `Connection` header can name it away (CVE-2026-33805). */
export function buildRequestHead(
  raw: readonly string[],
  order: HeaderOrder,
  peerAddress: string,
): RequestHead {
  const head: RequestHead = {
    headers: ['host', order.authority],
    contentLength: null,
    isChunked: false,
    expects: null,
    upgrade: null,
  };
  const claims: string[] | null = order.trustForwarded ? [] : null;
  const listed = copyHeaders(raw, order, head, claims);
  if (listed !== null) removeListed(head.headers, listed);
  addForwarded(head.headers, claims, listed, order, peerAddress);
  for (let i = 0; i < order.add.length; i++) head.headers.push(order.add[i]!);
  return head;
}

/** What the caller has refused already; nothing of it may reach the platform. */
export function isUnforwardable(method: string, head: RequestHead): boolean {
  return method === 'CONNECT' || head.expects === 'unknown' || head.upgrade === 'h2c';
}

function copyHeaders(
  raw: readonly string[],
  order: HeaderOrder,
  head: RequestHead,
  claims: string[] | null,
): string[] | null {
  const out = head.headers;
  let listed: string[] | null = null;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const value = raw[i + 1]!;
    const judged = judgeRequestHeader(raw[i]!);
    switch (judged.kind) {
      case 'keep':
        if (!isAdded(order.add, judged.name)) out.push(raw[i]!, value);
        break;
      case 'cookie':
        pushCookies(out, raw[i]!, value, order.cookiePrefix);
        break;
      case 'forwarded':
        claims?.push(judged.name, value);
        break;
      case 'connection':
        if (value !== 'keep-alive' && value !== 'close') listed = listedNames(value, listed ?? []);
        break;
      case 'content-length':
        head.contentLength = Number(value);
        break;
      case 'transfer-encoding':
        head.isChunked = true;
        break;
      case 'expect':
        head.expects = value.toLowerCase() === '100-continue' ? '100-continue' : 'unknown';
        break;
      case 'upgrade':
        head.upgrade = value.toLowerCase();
        break;
      default:
    }
  }
  return listed;
}

/** What the gate adds replaces what the client sent under that name. */
function isAdded(add: readonly string[], name: string): boolean {
  for (let i = 0; i < add.length; i += 2) {
    const added = add[i]!;
    if (added.length === name.length && added.toLowerCase() === name) return true;
  }
  return false;
}

function removeListed(headers: string[], listed: readonly string[]): void {
  let kept = 2; // host stays first
  for (let i = 2; i < headers.length; i += 2) {
    if (listed.includes(judgeRequestHeader(headers[i]!).name)) continue;
    headers[kept] = headers[i]!;
    headers[kept + 1] = headers[i + 1]!;
    kept += 2;
  }
  headers.length = kept;
}

function pushCookies(out: string[], name: string, value: string, prefix: string): void {
  const [ticket, pass, invitation] = [`${prefix}_t_`, `${prefix}_p_`, `${prefix}_i_`];
  if (!value.includes(ticket) && !value.includes(pass) && !value.includes(invitation)) {
    out.push(name, value);
    return;
  }
  const ours = [ticket, pass, invitation];
  const kept = value
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '' && !ours.some((start) => pair.startsWith(start)));
  if (kept.length > 0) out.push(name, kept.join('; '));
}

function addForwarded(
  out: string[],
  claims: readonly string[] | null,
  listed: readonly string[] | null,
  order: HeaderOrder,
  peerAddress: string,
): void {
  const { authority, scheme, clientAddress } = order;
  let addresses = clientAddress;
  let forwarded = `for=${forwardedNode(clientAddress)}`;
  if (claims !== null && claims.length > 0) {
    const believed = believedClaims(out, claims, listed);
    if (believed.addresses !== '') addresses = `${believed.addresses}${peerAddress}`;
    if (believed.forwarded !== '') forwarded = `${believed.forwarded}for=${forwardedNode(peerAddress)}`;
  }
  const port = portOf(authority, scheme);
  out.push('x-forwarded-for', addresses, 'x-forwarded-host', authority);
  out.push('x-forwarded-proto', scheme, 'x-forwarded-port', port);
  out.push('forwarded', `${forwarded};host="${authority}";proto=${scheme}`);
}

/** Lists to extend, each ending in a comma or empty; other claims of a trusted proxy are passed on as they are. */
function believedClaims(out: string[], claims: readonly string[], listed: readonly string[] | null) {
  let addresses = '';
  let forwarded = '';
  for (let i = 0; i < claims.length; i += 2) {
    const name = claims[i]!;
    if (listed?.includes(name)) continue;
    if (name === 'x-forwarded-for') addresses += `${claims[i + 1]}, `;
    else if (name === 'forwarded') forwarded += `${claims[i + 1]}, `;
    else if (!REWRITTEN.has(name)) out.push(name, claims[i + 1]!);
  }
  return { addresses, forwarded };
}

const REWRITTEN = new Set(['x-forwarded-host', 'x-forwarded-proto', 'x-forwarded-port']);

/** Of an address as it was read from a socket or judged before: what has a colon is IPv6. */
function forwardedNode(address: string): string {
  return address.includes(':') ? `"[${address}]"` : address;
}

function portOf(authority: string, scheme: 'http' | 'https'): string {
  const colon = authority.lastIndexOf(':');
  const hasPort = colon > authority.lastIndexOf(']') && colon !== -1 && colon < authority.length - 1;
  if (hasPort) return authority.slice(colon + 1);
  return scheme === 'https' ? '443' : '80';
}
