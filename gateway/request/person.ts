/** Tells people from programs by what their browsers send, and so who takes a number and who is answered in JSON. */
import type { IncomingHttpHeaders } from 'node:http';
import type { TrafficClass } from '../../config/settings.ts';

/** Registration forms are embedded: a navigation in a frame is a person's as well. */
const PAGE_DESTINATIONS = new Set(['document', 'iframe', 'frame', 'embed', 'object']);
const PREFETCH_HEADERS = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'] as const;
const FORM_TYPES = ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain'];

/** A person who opens a page: only such a request takes a number by itself. Favicons, assets, XHR and prefetches never do. */
export function personNavigation(method: string, headers: IncomingHttpHeaders): boolean {
  return (
    method === 'GET' &&
    asksForHtml(headers.accept) &&
    isNavigation(headers) &&
    isPageDestination(headers) &&
    !isXhr(headers) &&
    headers.upgrade === undefined &&
    !isPrefetch(headers)
  );
}

/** A form that a browser sends, not a script: such a post claims by cookie, and goes ahead with a lapsed lease. */
export function isFormPost(method: string, headers: IncomingHttpHeaders): boolean {
  if (method !== 'POST' || !isNavigation(headers) || isXhr(headers)) return false;
  const type = mediaType(headers['content-type'] ?? '');
  return FORM_TYPES.includes(type) && !prefersJson(headers.accept);
}

/** Whether to be told to wait as a problem document: API clients, scripts, and whatever did not ask for a page. */
export function wantsJson(headers: IncomingHttpHeaders, trafficClass: TrafficClass): boolean {
  if (trafficClass === 'api' || isXhr(headers) || !isNavigation(headers)) return true;
  return !asksForHtml(headers.accept) || prefersJson(headers.accept);
}

function isNavigation(headers: IncomingHttpHeaders): boolean {
  const mode = headers['sec-fetch-mode'];
  return mode === undefined || mode === 'navigate';
}

function isPageDestination(headers: IncomingHttpHeaders): boolean {
  const destination = headers['sec-fetch-dest'];
  return destination === undefined || PAGE_DESTINATIONS.has(destination);
}

function isXhr(headers: IncomingHttpHeaders): boolean {
  const requestedWith = headers['x-requested-with'];
  return typeof requestedWith === 'string' && requestedWith.toLowerCase() === 'xmlhttprequest';
}

/** `Sec-Purpose: prefetch;prerender`, `Purpose: prefetch`, `X-Moz: prefetch`, `X-Purpose: preview`. */
function isPrefetch(headers: IncomingHttpHeaders): boolean {
  return PREFETCH_HEADERS.some((name) => {
    const value = headers[name];
    return value !== undefined && /prefetch|prerender|preview/i.test(String(value));
  });
}

function asksForHtml(accept: string | undefined): boolean {
  return accept !== undefined && tastes(accept).html;
}

function prefersJson(accept: string | undefined): boolean {
  return accept !== undefined && tastes(accept).prefersJson;
}

/** What an `Accept` header asks for; browsers send a handful of them, so each is read once. */
interface Tastes {
  html: boolean;
  prefersJson: boolean;
}

/** More headers than this are forgotten together: a stranger may invent as many as he likes. */
const MOST_TASTES = 500;
const known = new Map<string, Tastes>();

function tastes(accept: string): Tastes {
  const before = known.get(accept);
  if (before !== undefined) return before;
  const html = qualityOf(accept, 'text/html');
  const json = Math.max(qualityOf(accept, 'application/json'), qualityOf(accept, 'application/problem+json'));
  const read = { html: html > 0, prefersJson: json > html };
  if (known.size >= MOST_TASTES) known.clear();
  known.set(accept, read);
  return read;
}

/** The quality at which a type is named; 0 where it is not. Wildcards name nothing: programs send them too. */
function qualityOf(accept: string, type: string): number {
  for (const range of accept.toLowerCase().split(','))
    if (mediaType(range) === type) return Number(/;\s*q=([0-9.]+)/.exec(range)?.[1] ?? 1) || 0;
  return 0;
}

function mediaType(text: string): string {
  const end = text.indexOf(';');
  return (end < 0 ? text : text.slice(0, end)).trim().toLowerCase();
}
