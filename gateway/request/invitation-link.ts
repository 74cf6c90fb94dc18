/** Invitations on their way: taken out of a link's query before anything is judged, and found in a request's cookie or header. */
import type { IncomingHttpHeaders } from 'node:http';
import { invitationCookie, readGateCookies } from './cookies.ts';
import type { JudgedRequest } from './words.ts';

/** The query key of a link: `https://host/address?hg_invite=<token>`. */
export const LINK_KEY = 'hg_invite';

const START = `${LINK_KEY}=`;

/** The request without it, byte for byte as if it had never been there, and the token; null: the query holds none. */
export function takeFromLink(request: JudgedRequest): { request: JudgedRequest; token: string } | null {
  const { query, target } = request;
  if (query === '' || !query.includes(START)) return null;
  const parts = query.split('&');
  const own = parts.filter((part) => part.startsWith(START));
  if (own.length === 0) return null;
  const rest = parts.filter((part) => !part.startsWith(START)).join('&');
  const path = target.slice(0, target.length - query.length - 1);
  const without = { ...request, query: rest, target: rest === '' ? path : `${path}?${rest}` };
  return { request: without, token: (own[0] as string).slice(START.length) };
}

/** By header for programs, by cookie for people; undefined: none. */
export function carriedInvitation(
  headers: IncomingHttpHeaders,
  room: string,
  cookiePrefix: string,
): string | undefined {
  const named = headers['headgate-invitation'];
  if (typeof named === 'string') return named;
  const { cookie } = headers;
  if (!cookie?.includes(invitationCookie(cookiePrefix, room))) return undefined;
  return readGateCookies(cookie, cookiePrefix).invitations.get(room);
}

/** What a cookie can hold; what no token of ours looks like is told to be unreadable all the same. */
export function asCookieValue(token: string): string {
  return /^[A-Za-z0-9._-]{1,1024}$/.test(token) ? token : 'unreadable';
}

/** Where to ask again without the token: an address of this host, also where its path begins like another host's. */
export function addressWithout({ target }: JudgedRequest): string {
  return target.startsWith('//') ? `/.${target}` : target;
}
