/** Reads a `Host` header or an authority strictly: what comes out is one host that rules and platform see alike. */
import { isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';

export interface Authority {
  /** Lower case, without port and trailing dot; an IPv6 address in brackets. */
  host: string;
  /** `host[:port]`, as it is sent on. */
  authority: string;
}

// Each alternative can begin in one way only, so the match takes time linear in the text.
const AUTHORITY = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*)\.?)(?::([0-9]{1,5}))?$/;
const HOST_BYTES = 253;
const LABEL_BYTES = 63;
const REMEMBERED = 1_024;

const remembered = new Map<string, Authority | null>();

/** Null for whatever is not plainly `host[:port]`: user info, spaces, empty labels, a port outside 1–65535. */
export function readAuthority(text: string): Authority | null {
  const known = remembered.get(text);
  if (known !== undefined) return known;
  if (text.length > HOST_BYTES + 7) return null;
  const read = parse(text);
  // Invented hosts must not grow the memory.
  if (remembered.size >= REMEMBERED) remembered.clear();
  remembered.set(text, read);
  return read;
}

function parse(text: string): Authority | null {
  const match = AUTHORITY.exec(text);
  if (match === null) return null;
  const host = match[1] === undefined ? readName(match[2]!) : readAddress(match[1]);
  if (host === null) return null;
  if (match[3] === undefined) return { host, authority: host };
  const port = Number(match[3]);
  return port >= 1 && port <= 65_535 ? { host, authority: `${host}:${port}` } : null;
}

function readName(name: string): string | null {
  const fits = name.length <= HOST_BYTES && name.split('.').every((label) => label.length <= LABEL_BYTES);
  return fits ? name.toLowerCase() : null;
}

function readAddress(address: string): string | null {
  return isIPv6(address) ? `[${ipaddr.IPv6.parse(address).toString()}]` : null;
}
