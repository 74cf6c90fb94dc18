/** Tells whether a post under the reserved prefix comes from the site itself, so that no other site can make somebody leave. */
import type { IncomingHttpHeaders } from 'node:http';

/**
 * A browser's own word goes first (`Sec-Fetch-Site`: no page can forge it), then `Origin`, then `Referer`.
 * With none of them it is a program, which no other site can send: browsers put `Origin` on every post.
 */
export function sameOrigin(
  headers: IncomingHttpHeaders,
  authority: string,
  scheme: 'http' | 'https',
): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const from = headers.origin ?? headers.referer;
  return from === undefined || isOwn(from, authority, scheme);
}

/** Whether a `Referer` names a page of this very site; false where it is absent. */
export function sameOriginReferer(
  headers: IncomingHttpHeaders,
  authority: string,
  scheme: 'http' | 'https',
): boolean {
  return headers.referer !== undefined && isOwn(headers.referer, authority, scheme);
}

function isOwn(from: string, authority: string, scheme: 'http' | 'https'): boolean {
  const url = URL.parse(from);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return false;
  // A balancer that ends TLS and is not trusted makes https look like http; the other way round is never honest.
  if (url.protocol === 'http:' && scheme === 'https') return false;
  return url.host === URL.parse(`${url.protocol}//${authority}`)?.host;
}
