/** Tells whether an address lies in a list of networks; IPv4 addresses written as IPv6 (`::ffff:10.0.0.1`) are IPv4. */
import ipaddr from 'ipaddr.js';

export type NetworkMatcher = (address: string) => boolean;

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Network = readonly [Address, number];

const REMEMBERED = 4_096;
const LONGEST_ADDRESS = 64;

/** `networks` are CIDR ranges or single addresses. A text that is no address lies in none of them. */
export function compileNetworks(networks: readonly string[]): NetworkMatcher {
  if (networks.length === 0) return () => false;
  const parsed = networks.map(parseNetwork);
  return remembered((address) => isWithin(address, parsed));
}

/** The address in its shortest usual form; null for what is none. */
export const canonicalAddress = remembered((text) => parseAddress(text)?.toString() ?? null);

/** Clients come again: parsing costs a microsecond, looking up a tenth of it. Bounded, whatever clients send. */
function remembered<T>(work: (text: string) => T): (text: string) => T {
  const results = new Map<string, T>();
  return (text) => {
    const known = results.get(text);
    if (known !== undefined) return known;
    if (text.length > LONGEST_ADDRESS) return work(text);
    if (results.size >= REMEMBERED) results.clear();
    const result = work(text);
    results.set(text, result);
    return result;
  };
}

function isWithin(text: string, networks: readonly Network[]): boolean {
  const address = parseAddress(text);
  if (address === null) return false;
  return networks.some(([base, bits]) => base.kind() === address.kind() && address.match(base, bits));
}

function parseAddress(text: string): Address | null {
  const zone = text.indexOf('%');
  const bare = zone < 0 ? text : text.slice(0, zone);
  // ipaddr.js also takes `127.1`, `0x7f000001` and octal parts: those are not how a proxy writes an address.
  if (ipaddr.IPv4.isValidFourPartDecimal(bare)) return ipaddr.IPv4.parse(bare);
  if (!bare.includes(':') || !ipaddr.IPv6.isValid(bare)) return null;
  const address = ipaddr.IPv6.parse(bare);
  return address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
}

function parseNetwork(text: string): Network {
  if (!text.includes('/')) {
    const address = parseAddress(text);
    if (address === null) throw new TypeError(`${text}: must be an address or a network`);
    return [address, address.kind() === 'ipv4' ? 32 : 128];
  }
  const [base, bits] = ipaddr.parseCIDR(text);
  const isMapped = base.kind() === 'ipv6' && (base as ipaddr.IPv6).isIPv4MappedAddress() && bits >= 96;
  return isMapped ? [(base as ipaddr.IPv6).toIPv4Address(), bits - 96] : [base, bits];
}
