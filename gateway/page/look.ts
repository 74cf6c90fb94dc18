/** How a room's pages look: colour, logo and templates, read from files once; what is wrong with them is told, not thrown. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { RoomSettings } from '../../config/settings.ts';
import { PAGE_KINDS } from './built-in.ts';
import { DEFAULT_COLOUR, paletteCss } from './colour.ts';
import type { PageKind } from './words.ts';

export type PageSettings = RoomSettings['page'];

export interface PageProblem {
  file: string;
  /** From 1; 0 where the file as a whole is meant. */
  line: number;
  /** The placeholder that is wrong; null where none is. */
  placeholder: string | null;
  message: string;
}

export interface Look {
  paletteCss: string;
  /** An img element, or nothing. */
  logo: string;
  frameAncestors: string;
  templates: ReadonlyMap<PageKind, { file: string; source: string }>;
}

/** A logo travels within every page: a crowd of 10,000 would fetch 640 MB of a bigger one. */
const MAX_LOGO_BYTES = 65_536;
const MAX_TEMPLATE_BYTES = 262_144;
const IMAGE_TYPES: Record<string, string> = {
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
};

export const PLAIN: PageSettings = {
  title: null,
  logo: null,
  colour: null,
  templates: null,
  frameAncestors: "'self'",
};

export function readLook(page: PageSettings, problems: PageProblem[]): Look {
  return {
    paletteCss: paletteCss(page.colour ?? DEFAULT_COLOUR),
    logo: page.logo === null ? '' : readLogo(page.logo, problems),
    frameAncestors: page.frameAncestors,
    templates: page.templates === null ? new Map() : readTemplates(page.templates, problems),
  };
}

function readLogo(file: string, problems: PageProblem[]): string {
  const type = IMAGE_TYPES[extname(file).toLowerCase()];
  if (type === undefined) {
    problems.push(whole(file, `is no logo: its name must end in ${Object.keys(IMAGE_TYPES).join(', ')}`));
    return '';
  }
  const bytes = readBounded(file, MAX_LOGO_BYTES, problems);
  return bytes === null ? '' : `<img src="data:${type};base64,${bytes.toString('base64')}" alt="">`;
}

function readTemplates(folder: string, problems: PageProblem[]): Look['templates'] {
  const templates = new Map<PageKind, { file: string; source: string }>();
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    problems.push(whole(folder, 'is no folder'));
    return templates;
  }
  for (const kind of PAGE_KINDS) {
    const file = join(folder, `${kind}.html`);
    if (!existsSync(file)) continue;
    const bytes = readBounded(file, MAX_TEMPLATE_BYTES, problems);
    if (bytes !== null) templates.set(kind, { file, source: bytes.toString('utf8') });
  }
  return templates;
}

function readBounded(file: string, maxBytes: number, problems: PageProblem[]): Buffer | null {
  try {
    const { size } = statSync(file);
    if (size > 0 && size <= maxBytes) return readFileSync(file);
    problems.push(
      whole(file, size === 0 ? 'is empty' : `has ${size} bytes, at most ${maxBytes} are allowed`),
    );
  } catch (error) {
    problems.push(whole(file, `cannot be read: ${(error as NodeJS.ErrnoException).code ?? error}`));
  }
  return null;
}

function whole(file: string, message: string): PageProblem {
  return { file, line: 0, placeholder: null, message };
}
