/** Headgate's cookies: read from a request, kept from the platform, written to the visitor, and at most eight rooms' at once. */

export interface GateCookies {
  /** Token by room. */
  tickets: Map<string, string>;
  passes: Map<string, string>;
  invitations: Map<string, string>;
}

export interface CookieAttributes {
  secure: boolean;
  sameSite: 'None' | 'Lax' | 'Strict';
  domain: string | null;
}

/** So many of our cookies are looked at; a visitor has at most sixteen. */
const MOST_READ = 32;
export const MOST_ROOMS = 8;

export const ticketCookie = (prefix: string, room: string): string => `${prefix}_t_${room}`;
export const passCookie = (prefix: string, room: string): string => `${prefix}_p_${room}`;
export const invitationCookie = (prefix: string, room: string): string => `${prefix}_i_${room}`;

/**
 * Of a name that occurs twice the first counts: user agents send the cookie of the longer path first and the older one
 * before the younger (RFC 6265 §5.4), so a sibling host cannot push another token in behind a visitor's own.
 */
export function readGateCookies(header: string | undefined, prefix: string): GateCookies {
  const cookies: GateCookies = { tickets: new Map(), passes: new Map(), invitations: new Map() };
  if (header === undefined || !mayHoldOurs(header, prefix)) return cookies;
  let looked = 0;
  for (let at = 0; at < header.length && looked < MOST_READ; ) {
    const end = endOfPair(header, at);
    const start = skipBlanks(header, at, end);
    if (isOurs(header, start, prefix)) {
      looked += 1;
      keep(cookies, header.slice(start, end), prefix.length);
    }
    at = end + 1;
  }
  return cookies;
}

/** The cookie header for the platform, every other cookie byte for byte; null where nothing is left of it. */
export function withoutGateCookies(header: string | undefined, prefix: string): string | null {
  if (header === undefined) return null;
  if (!mayHoldOurs(header, prefix)) return header;
  let kept = '';
  for (let at = 0; at < header.length; ) {
    const end = endOfPair(header, at);
    const start = skipBlanks(header, at, end);
    if (start < end && !isOurs(header, start, prefix)) {
      kept += kept === '' ? header.slice(start, end) : `; ${header.slice(start, end)}`;
    }
    at = end + 1;
  }
  return kept === '' ? null : kept;
}

/** Over https `Secure; SameSite=None` (payment and sign-in pages post back across sites), else `Lax`; settings win. */
export function cookieAttributes(
  settings: { domain: string | null; sameSite: CookieAttributes['sameSite'] | null; secure: boolean | null },
  scheme: 'http' | 'https',
): CookieAttributes {
  const secure = settings.secure ?? scheme === 'https';
  return { secure, sameSite: settings.sameSite ?? (secure ? 'None' : 'Lax'), domain: settings.domain };
}

/** Value of a `Set-Cookie` header. */
export function setCookie(
  name: string,
  value: string,
  { maxAgeSeconds, secure, sameSite, domain }: CookieAttributes & { maxAgeSeconds: number },
): string {
  const where = domain === null ? '' : `; Domain=${domain}`;
  const how = `; SameSite=${sameSite}${secure ? '; Secure' : ''}`;
  return `${name}=${value}; Max-Age=${Math.max(0, Math.floor(maxAgeSeconds))}; Path=/${where}; HttpOnly${how}`;
}

export function clearCookie(name: string, attributes: CookieAttributes): string {
  return setCookie(name, '', { ...attributes, maxAgeSeconds: 0 });
}

/** Flat name, value list that clears both cookies of a room. */
export function clearPlace(prefix: string, room: string, attributes: CookieAttributes): string[] {
  const names = [ticketCookie(prefix, room), passCookie(prefix, room)];
  return names.flatMap((name) => ['set-cookie', clearCookie(name, attributes)]);
}

export interface HeldRoom {
  room: string;
  state: 'ended' | 'expired' | 'inside' | 'waiting';
}
export type RoomForAnother =
  /** Clear the cookies of these rooms (often none), then the new place fits. */
  | { kind: 'fits'; drop: string[] }
  /** All are live: only the visitor may choose which to give up. */
  | { kind: 'ask'; choices: string[] };

/** Makes room for the cookies of one more room: ended ones go first, then expired ones, a live place never. */
export function roomsToDrop(held: readonly HeldRoom[], most: number = MOST_ROOMS): RoomForAnother {
  const excess = held.length + 1 - most;
  if (excess <= 0) return { kind: 'fits', drop: [] };
  const dead = [...inState(held, 'ended'), ...inState(held, 'expired')];
  if (dead.length >= excess) return { kind: 'fits', drop: dead.slice(0, excess) };
  return { kind: 'ask', choices: [...inState(held, 'waiting'), ...inState(held, 'inside')] };
}

function inState(held: readonly HeldRoom[], state: HeldRoom['state']): string[] {
  return held.filter((place) => place.state === state).map((place) => place.room);
}

const KINDS = { t: 'tickets', p: 'passes', i: 'invitations' } as const;

function mayHoldOurs(header: string, prefix: string): boolean {
  return (
    header.includes(`${prefix}_t_`) || header.includes(`${prefix}_p_`) || header.includes(`${prefix}_i_`)
  );
}

function endOfPair(header: string, from: number): number {
  const end = header.indexOf(';', from);
  return end === -1 ? header.length : end;
}

function skipBlanks(header: string, from: number, end: number): number {
  let at = from;
  while (at < end && header.charCodeAt(at) <= 32) at += 1;
  return at;
}

/** `<prefix>_t_…`, `<prefix>_p_…` or `<prefix>_i_…`, whatever follows: a mutilated cookie of ours is no business of the platform. */
function isOurs(header: string, at: number, prefix: string): boolean {
  if (!header.startsWith(prefix, at)) return false;
  const mark = header.slice(at + prefix.length, at + prefix.length + 3);
  return mark === '_t_' || mark === '_p_' || mark === '_i_';
}

function keep(cookies: GateCookies, pair: string, prefixLength: number): void {
  const equals = pair.indexOf('=');
  if (equals === -1) return;
  const room = pair.slice(prefixLength + 3, equals).trimEnd();
  const value = pair.slice(equals + 1).trim();
  const tokens = cookies[KINDS[pair[prefixLength + 1] as keyof typeof KINDS]];
  if (room !== '' && value !== '' && !tokens.has(room)) tokens.set(room, value);
}
