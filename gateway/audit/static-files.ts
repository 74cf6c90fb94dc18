/** Tells a file that belongs to a page from a page, by its ending: what a bypass for assets is meant for. */

const ENDINGS: ReadonlySet<string> = new Set(
  `css js mjs map json xml txt pdf wasm png jpg jpeg gif svg webp avif ico bmp woff woff2 ttf otf eot
  mp3 mp4 webm ogg webmanifest`.split(/\s+/),
);
const LONGEST = 11;
const DOT = 0x2e;

/** `path` without its query. */
export function isStaticFile(path: string): boolean {
  const least = Math.max(0, path.length - LONGEST - 1);
  for (let at = path.length - 1; at >= least; at--)
    if (path.charCodeAt(at) === DOT) return ENDINGS.has(path.slice(at + 1).toLowerCase());
  return false;
}
