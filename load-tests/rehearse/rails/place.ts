/** Tells whether two addresses lead to the same place, whatever way they are written: case, a dot at the end, the usual port, any name of this machine. */
import ipaddr from 'ipaddr.js';

export interface Place {
  /** Lower case, without a dot at the end; every name of this machine is `localhost`. */
  host: string;
  port: number;
}

const USUAL_PORT: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/** Null: no address of the web, or one with a user name in it, which hides where it leads. */
export function placeOf(address: string): Place | null {
  if (!URL.canParse(address)) return null;
  const { protocol, hostname, port, username, password } = new URL(address);
  const usual = USUAL_PORT[protocol];
  if (usual === undefined || username !== '' || password !== '') return null;
  return { host: plainHost(hostname), port: port === '' ? usual : Number(port) };
}

/**
 * A host is one place at all of its ports: what stands at another one shares the machine, or the edge, with it. This machine
 * alone is told apart by its ports, since rehearsals are tried out on it.
 */
export function isSamePlace(one: Place, other: Place): boolean {
  return one.host === other.host && (one.host !== 'localhost' || one.port === other.port);
}

/** `hostname` as the URL standard writes it, so that 127.1 and 0x7f000001 are 127.0.0.1 already. */
export function plainHost(hostname: string): string {
  const host = hostname.toLowerCase().replace(/\.+$/, '');
  const address = host.replace(/^\[|\]$/g, '');
  if (ipaddr.isValid(address)) return plainAddress(address);
  return host === 'localhost' || host.endsWith('.localhost') ? 'localhost' : host;
}

function plainAddress(text: string): string {
  const address = ipaddr.process(text);
  const range = address.range();
  // The unspecified address reaches this machine as well.
  return range === 'loopback' || range === 'unspecified' ? 'localhost' : address.toString();
}
