/** Files and folders that a configuration names must be there, and be what they are named for. */
import { readFileSync, type Stats, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Finding, Path } from '../located.ts';
import type { Law } from './law.ts';

const MAX_LOGO_BYTES = 256 * 1024;

export const namedFiles: Law = function* (draft, { folder }) {
  const tls = draft.listen.gateway.tls;
  if (tls !== undefined) {
    yield* isPem(tls.cert, ['listen', 'gateway', 'tls', 'cert'], folder);
    yield* isPem(tls.key, ['listen', 'gateway', 'tls', 'key'], folder);
  }
  const storeCa = draft.store.tls?.ca;
  if (storeCa !== undefined) yield* isPem(storeCa, ['store', 'tls', 'ca'], folder);
  for (const [name, upstream] of Object.entries(draft.upstreams))
    if (upstream.tls.ca !== null) yield* isPem(upstream.tls.ca, ['upstreams', name, 'tls', 'ca'], folder);
};

export const pageFiles: Law = function* (draft, { folder }) {
  for (const [key, { page }] of Object.entries(draft.rooms)) {
    const at: Path = ['rooms', key, 'page'];
    if (page.logo !== null) yield* isLogo(page.logo, [...at, 'logo'], folder);
    if (page.templates !== null && !statOf(page.templates, folder)?.isDirectory())
      yield {
        path: [...at, 'templates'],
        rule: 'folder-exists',
        text: `${JSON.stringify(page.templates)} must be a folder`,
      };
  }
};

function* isPem(file: string, path: Path, folder: string): Iterable<Finding> {
  const bytes = read(file, folder, 1024 * 1024);
  if (bytes === null)
    yield { path, rule: 'file-exists', text: `${JSON.stringify(file)} must be a file that can be read` };
  else if (!bytes.includes('-----BEGIN '))
    yield { path, rule: 'file-kind', text: `${JSON.stringify(file)} must be a PEM file` };
}

function* isLogo(file: string, path: Path, folder: string): Iterable<Finding> {
  const shown = JSON.stringify(file);
  if (/^([a-z][a-z0-9+.-]+:|\/\/)/i.test(file)) {
    yield { path, rule: 'logo-file', text: `${shown} must be a file: pages make no requests to other hosts` };
    return;
  }
  const size = statOf(file, folder)?.size ?? 0;
  const bytes = read(file, folder, MAX_LOGO_BYTES);
  if (size > MAX_LOGO_BYTES)
    yield { path, rule: 'logo-size', text: `${shown} must be at most 256 KB, it has ${size} bytes` };
  else if (bytes === null)
    yield { path, rule: 'file-exists', text: `${shown} must be a file that can be read` };
  else if (imageType(bytes) === null)
    yield { path, rule: 'logo-image', text: `${shown} must be an image: svg, png, jpeg, gif or webp` };
}

/** By the first bytes, never by the file's name. */
export function imageType(bytes: Buffer): string | null {
  const head = bytes.subarray(0, 12).toString('latin1');
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (/^GIF8[79]a/.test(head)) return 'image/gif';
  if (head.startsWith('RIFF') && head.endsWith('WEBP')) return 'image/webp';
  return isSvg(bytes.toString('utf8')) ? 'image/svg+xml' : null;
}

/** After what XML allows in front: declaration, comments, document type. */
function isSvg(text: string): boolean {
  return /^\uFEFF?\s*(<\?xml|<!--|<!DOCTYPE svg|<svg[\s>])/i.test(text) && /<svg[\s>]/i.test(text);
}

function statOf(file: string, folder: string): Stats | null {
  try {
    return statSync(resolve(folder, file));
  } catch {
    return null;
  }
}

/** Only what is a plain file of a bounded size: a pipe would hang the start. */
function read(file: string, folder: string, mostBytes: number): Buffer | null {
  const stat = statOf(file, folder);
  if (stat === null || !stat.isFile() || stat.size > mostBytes) return null;
  try {
    return readFileSync(resolve(folder, file));
  } catch {
    return null;
  }
}
