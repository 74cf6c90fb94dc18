/** Finds the client behind trusted proxies: the rightmost address that no trusted proxy has, never one that a client made up. */
import { canonicalAddress, type NetworkMatcher } from './networks.ts';

/** Values of repeated fields joined by commas. `IncomingHttpHeaders` fits once `x-forwarded-*` are single strings. */
export interface ForwardedHeaders {
  'x-forwarded-for'?: string;
  'x-forwarded-proto'?: string;
  forwarded?: string;
}

export interface Client {
  address: string;
  /** As the client's own connection was, by the proxy's word; null: nobody trusted says. */
  scheme: 'http' | 'https' | null;
}

interface Hop {
  address: string | null;
  proto: string | undefined;
}

/** Stands for an address that nobody trusted could tell; it lies in no network but `0.0.0.0/0`. */
export const UNKNOWN_ADDRESS = '0.0.0.0';

/**
 * `x-forwarded-for` goes before `forwarded`: proxies that write the former pass a client's own `Forwarded` on as it came.
 * A hop that cannot be read makes the client unknown, so that no rule takes the proxy's own address for the client's.
 */
export function clientAddress(
  remoteAddress: string | undefined,
  headers: ForwardedHeaders,
  trusts: NetworkMatcher,
): Client {
  const peer = canonicalAddress(remoteAddress ?? '') ?? UNKNOWN_ADDRESS;
  if (!trusts(peer)) return { address: peer, scheme: null };
  const hops = readHops(headers);
  let client: Hop = { address: peer, proto: lastOf(headers['x-forwarded-proto']) };
  for (let i = hops.length - 1; i >= 0; i--) {
    client = hops[i]!;
    if (client.address === null || !trusts(client.address)) break;
  }
  return { address: client.address ?? UNKNOWN_ADDRESS, scheme: schemeOf(client.proto) };
}

function readHops(headers: ForwardedHeaders): Hop[] {
  if (headers['x-forwarded-for'] === undefined) return readForwarded(headers.forwarded ?? '');
  const addresses = splitList(headers['x-forwarded-for']);
  const protos = splitList(headers['x-forwarded-proto'] ?? '');
  // One proto a hop, or the nearest proxy's word for all of them.
  const isAligned = protos.length === addresses.length;
  return addresses.map((text, index) => ({
    address: readNode(text),
    proto: isAligned ? protos[index] : protos.at(-1),
  }));
}

/** RFC 7239: `for=192.0.2.60;proto=https, for="[2001:db8::1]:4711"`. */
function readForwarded(text: string): Hop[] {
  return splitList(text).map((element) => {
    const pairs = element.split(';').map((pair) => pair.trim());
    return { address: readNode(parameterOf(pairs, 'for') ?? ''), proto: parameterOf(pairs, 'proto') };
  });
}

function parameterOf(pairs: readonly string[], name: string): string | undefined {
  const pair = pairs.find((text) => text.slice(0, name.length + 1).toLowerCase() === `${name}=`);
  return pair?.slice(name.length + 1).replace(/^"([^"]*)"$/, '$1');
}

/** `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:80`. */
function readNode(text: string): string | null {
  const plain = canonicalAddress(text);
  if (plain !== null) return plain;
  const bare = /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1] ?? /^([0-9.]+):\d+$/.exec(text)?.[1];
  return bare === undefined ? null : canonicalAddress(bare);
}

function splitList(text: string): string[] {
  return text === '' ? [] : text.split(',').map((part) => part.trim());
}

function lastOf(text: string | undefined): string | undefined {
  return splitList(text ?? '').at(-1);
}

function schemeOf(proto: string | undefined): 'http' | 'https' | null {
  const scheme = proto?.toLowerCase();
  return scheme === 'http' || scheme === 'https' ? scheme : null;
}
