/** One quiet line drawing a page, drawn in the colour of the text around it. */
import type { PageKind } from './words.ts';

const RING = '<circle cx="12" cy="12" r="9"/>';
const PATHS: Record<PageKind, string> = {
  waiting:
    '<path d="M6 3h12M6 21h12M7 3v3.5c0 2.5 5 4 5 5.500s-5 3-5 5.500V21M17 3v3.500c0 2.5-5 4-5 5.500s5 3 5 5.500V21"/>',
  called: '<path d="M13 4h5v16h-5M4 12h10m-4-4 4 4-4 4"/>',
  prequeue: `${RING}<path d="M12 7v5l3.5 2"/>`,
  paused: `${RING}<path d="M10 9v6M14 9v6"/>`,
  maintenance:
    '<path d="M14.5 6.500a4 4 0 0 1 5-1.500l-2.500 2.500 2 2 2.500-2.500a4 4 0 0 1-5.500 5L9 19a2.100 2.100 0 0 1-3-3l7-7a4 4 0 0 1 1.500-2.500z"/>',
  offline: '<path d="M7 18a4 4 0 0 1-.6-7.950M10 6.300A5.5 5.5 0 0 1 17 10a4 4 0 0 1 2.6 6.700M4 4l16 16"/>',
  held: '<path d="M12 3l7 3v5.500c0 4.2-2.9 7.5-7 9.5-4.1-2-7-5.3-7-9.500V6z"/><path d="M9 12l2.2 2.200L15 10.3"/>',
  soldout: '<path d="M4 8h16v3a2 2 0 0 0 0 4v3H4v-3a2 2 0 0 0 0-4zM9.5 10.500l5 5M14.5 10.500l-5 5"/>',
  ended: '<path d="M6 21V4M6 5h11l-2 3.500L17 12H6"/>',
  failed: '<path d="M12 4l9 16H3zM12 10v4.500M12 17.200v.1"/>',
  busy: '<path d="M4 18h16M6 18V9M12 18V5M18 18v-6"/>',
  'busy-form': '<path d="M20 4L10 14M20 4l-6 16-4-6-6-4zM3 21l3-3"/>',
  'not-sent': '<path d="M20 4L10 14M20 4l-6 16-4-6-6-4zM3 21l3-3"/>',
  'too-many-places': '<path d="M8 4h12v12M4 8h12v12H4z"/>',
  left: '<path d="M11 4H6v16h5M20 12H10m6-4 4 4-4 4"/>',
  refused: `${RING}<path d="M6 6l12 12"/>`,
};

export function iconFor(kind: PageKind): string {
  return `<svg viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">${PATHS[kind]}</svg>`;
}
