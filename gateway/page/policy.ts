/** The headers of a page: nothing but what the page itself carries may run, load or be sent, by the hash of each part. */
import { createHash } from 'node:crypto';

/** Stands for what each visit fills in; a style or script that holds one has no hash. */
const HOLE = '\u0000';
const INLINE = /<(style|script)\b[^>]*>([\s\S]*?)<\/\1\s*>/gi;

export interface InlineHashes {
  style: string[];
  script: string[];
  /** A placeholder within a style or script, of which no hash can be known. */
  hasHoles: boolean;
}

export function inlineHashes(steps: readonly unknown[]): InlineHashes {
  const page = steps.map((step) => (typeof step === 'string' ? step : HOLE)).join('');
  const hashes: InlineHashes = { style: [], script: [], hasHoles: false };
  for (const [, name = '', content = ''] of page.matchAll(INLINE)) {
    if (content.includes(HOLE)) hashes.hasHoles = true;
    if (content === '') continue;
    const hash = createHash('sha256').update(content).digest('base64');
    hashes[name.toLowerCase() as 'style' | 'script'].push(`'sha256-${hash}'`);
  }
  return hashes;
}

/** Flat name, value list; one list serves every visit. */
export function pageHeaders(
  hashes: InlineHashes,
  languageTag: string,
  frameAncestors: string,
): readonly string[] {
  return Object.freeze([
    'content-type',
    'text/html; charset=utf-8',
    'content-security-policy',
    policy(hashes, frameAncestors),
    'cache-control',
    'private, no-store',
    'vary',
    'Accept, Accept-Language, Cookie, Sec-Fetch-Mode',
    'content-language',
    languageTag,
    // Not `no-referrer`: browsers then post `Origin: null`, and leaving the line would look like another site's doing.
    'referrer-policy',
    'same-origin',
    'x-content-type-options',
    'nosniff',
    // A waiting page is a 200 by default: no search engine may keep it in the registration page's place.
    'x-robots-tag',
    'noindex',
  ]);
}

function policy({ style, script }: InlineHashes, frameAncestors: string): string {
  const sources = (hashes: string[]) => (hashes.length === 0 ? "'none'" : [...new Set(hashes)].join(' '));
  // A `;` or `,` in the setting would end the directive or the policy.
  const ancestors = frameAncestors.replace(/[^\x20-\x7e]|[;,]/g, ' ').trim();
  return [
    "default-src 'none'",
    `style-src ${sources(style)}`,
    `script-src ${sources(script)}`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    `frame-ancestors ${ancestors === '' ? "'self'" : ancestors}`,
  ].join('; ');
}
