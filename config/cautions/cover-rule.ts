/** Whether an earlier rule takes the requests that a later one was written for. */
import ipaddr from 'ipaddr.js';
import { coversHost, coversPath } from '../cover.ts';
import type { Rule } from '../settings.ts';

type Match = Rule['match'];

/** All that the later rule matches is matched by the earlier one. */
export function coversRule(earlier: Match, later: Match): boolean {
  return (
    coversRest(earlier, later) &&
    coversMethods(earlier.methods, later.methods) &&
    hostsOf(later).every((host) => coversHost(earlier.hosts, host))
  );
}

/**
 * Hosts of the later rule whose visitors never reach it. Navigations alone count: a bypass of GET lets every newcomer
 * in, whatever other methods the later rule still gets. One covered host of several is enough to walk around a line.
 */
export function bypassedHosts(bypass: Match, later: Match): string[] {
  const navigations = takesNavigations(bypass.methods) && takesNavigations(later.methods);
  if (!coversRest(bypass, later)) return [];
  if (!navigations && !coversMethods(bypass.methods, later.methods)) return [];
  return hostsOf(later).filter((host) => coversHost(bypass.hosts, host));
}

/** Path, query and networks; a rule that asks for nothing there covers everything. */
function coversRest(earlier: Match, later: Match): boolean {
  return (
    coversQuery(earlier, later) &&
    coversNetworks(earlier.networks, later.networks) &&
    coversPath(earlier, later)
  );
}

export function takesNavigations(methods: readonly string[]): boolean {
  return methods.length === 0 || methods.includes('GET');
}

function hostsOf(match: Match): readonly string[] {
  return match.hosts.length === 0 ? ['*'] : match.hosts;
}

function coversMethods(earlier: readonly string[], later: readonly string[]): boolean {
  return earlier.length === 0 || (later.length > 0 && later.every((method) => earlier.includes(method)));
}

/** Each key that the earlier rule asks for must be one that the later rule's requests have. */
function coversQuery(earlier: Match, later: Match): boolean {
  return Object.entries(earlier.query).every(([key, value]) =>
    Object.entries(later.query).some(
      ([otherKey, otherValue]) =>
        covers(key, otherKey, earlier, later) &&
        (value.startsWith('{') || (!otherValue.startsWith('{') && covers(value, otherValue, earlier, later))),
    ),
  );
}

function covers(text: string, other: string, earlier: Match, later: Match): boolean {
  if (!earlier.caseSensitive) return text.toLowerCase() === other.toLowerCase();
  return text === other && (later.caseSensitive || text.toLowerCase() === text.toUpperCase());
}

export function coversNetworks(earlier: readonly string[], later: readonly string[]): boolean {
  if (earlier.length === 0) return true;
  const inner = later.length === 0 ? ['0.0.0.0/0', '::/0'] : later;
  return inner.every((network) => earlier.some((wide) => coversNetwork(wide, network)));
}

function coversNetwork(wide: string, narrow: string): boolean {
  const [wideAddress, wideBits] = parseNetwork(wide);
  const [address, bits] = parseNetwork(narrow);
  return wideAddress.kind() === address.kind() && wideBits <= bits && address.match(wideAddress, wideBits);
}

function parseNetwork(text: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  if (text.includes('/')) return ipaddr.parseCIDR(text);
  const address = ipaddr.parse(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}
