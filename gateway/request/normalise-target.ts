/** Turns a request's target, in any of HTTP's forms, into the path and query that are judged and sent on. */
import { type Refused, refused } from './normalise-head.ts';
import type { Authority } from './normalise-host.ts';
import { readAuthority } from './normalise-host.ts';
import { canonicalPath } from './normalise-path.ts';

export interface Target {
  kind: 'target';
  target: string;
  path: string;
  query: string;
}

const ABSOLUTE = /^https?:\/\/([^/?#\\]*)/i;

export function readTarget(url: string, place: Authority): Target | Refused {
  if (url.charCodeAt(0) === 0x2f) return readOrigin(url);
  const absolute = ABSOLUTE.exec(url);
  if (absolute === null) return refused('the target must begin with /');
  // Who reads the authority and who reads Host must not land on different sites.
  if (readAuthority(absolute[1]!)?.authority !== place.authority)
    return refused('the target names another authority than Host');
  const rest = url.slice(absolute[0].length);
  return readOrigin(rest.startsWith('/') ? rest : `/${rest}`);
}

function readOrigin(url: string): Target | Refused {
  const mark = url.indexOf('?');
  const written = mark < 0 ? url : url.slice(0, mark);
  const query = mark < 0 ? '' : url.slice(mark + 1);
  const canonical = canonicalPath(written);
  if (!canonical.ok) return refused(canonical.detail);
  const detail = queryFault(query);
  if (detail !== null) return refused(detail);
  const { path } = canonical;
  // A plain target is sent on as the very string that came.
  return { kind: 'target', target: path === written ? url : path + url.slice(written.length), path, query };
}

function queryFault(query: string): string | null {
  for (let i = 0; i < query.length; i++) {
    const code = query.charCodeAt(i);
    if (code <= 0x20 || code === 0x7f) return 'the query holds a control byte or a space';
    if (code === 0x23) return 'the target holds a fragment';
  }
  return null;
}
