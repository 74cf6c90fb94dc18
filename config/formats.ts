/** Texts with a form of their own: networks, origins, hosts, times, addresses; each with the words for a wrong one. */
import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import ipaddr from 'ipaddr.js';

export interface Format {
  accepts: (text: string) => boolean;
  /** Completes the sentence `"value" …`. */
  says: string;
}

export const FORMATS: Record<string, Format> = {
  network: {
    accepts: isNetwork,
    says: 'must be a network such as 10.0.0.0/8 or 2001:db8::/32, or a single address',
  },
  origin: {
    accepts: (text) => originOf(text) !== null,
    says: 'must be an origin: http or https, host, and port where it is not the usual one, such as http://127.0.0.1:9000',
  },
  host: { accepts: isHost, says: 'must be an address or a host name, without scheme and port' },
  'cookie-domain': {
    accepts: (text) => isHostName(text.replace(/^\./, '')),
    says: 'must be a domain such as example.com',
  },
  'date-time': {
    accepts: (text) => parseTime(text) !== null,
    says: 'must be a time with date and zone, such as 2026-12-01T15:00:00Z',
  },
  uri: { accepts: isWebAddress, says: 'must be an http or https address' },
};

/** The origin as the URL standard writes it; null where more or less than an origin was given. */
export function originOf(text: string): string | null {
  const url = URL.canParse(text) && !/\s/.test(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || !/^https?:\/\//i.test(text)) return null;
  const bare = url.pathname === '/' && !/[?#@\\]/.test(text);
  return bare && url.hostname !== '' && url.port !== '0' ? url.origin : null;
}

const TIME =
  /^(\d{4})-(\d{2})-(\d{2})T([01]\d|2[0-3]):([0-5]\d)(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

/** Epoch ms of an ISO 8601 time with a zone; null for any other text and for days that no month has. */
export function parseTime(text: string): number | null {
  const match = TIME.exec(text);
  if (match === null) return null;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const date = new Date(Date.UTC(year, month - 1, day));
  if (month < 1 || month > 12 || date.getUTCDate() !== day || date.getUTCMonth() !== month - 1) return null;
  return Date.parse(text);
}

function isNetwork(text: string): boolean {
  const address = text.split('/')[0]!;
  // ipaddr.js takes 10.8 and 0x0a000001 as well: a typing error must not become a network.
  if (isIP(address) === 0 || address.includes('%')) return false;
  return text.includes('/') ? ipaddr.isValidCIDR(text) : true;
}

function isHost(text: string): boolean {
  return isIP(text) !== 0 || isHostName(text);
}

function isHostName(text: string): boolean {
  const name = domainToASCII(text);
  return (
    /^[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*$/.test(name) &&
    name.length <= 253 &&
    // A name that is all digits and dots is a mistyped address.
    !/^[\d.]+$/.test(name)
  );
}

function isWebAddress(text: string): boolean {
  if (/[\s\\]/.test(text) || !/^https?:\/\//i.test(text) || !URL.canParse(text)) return false;
  return !new URL(text).username;
}
