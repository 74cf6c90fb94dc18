/** Every page that a visitor sees, in the visitor's language and the room's look; after the first visit a page is string concatenation. */
import { LRUCache } from 'lru-cache';
import { chooseLanguage } from './accept-language.ts';
import { languageFor } from './language.ts';
import type { LanguageCode } from './locales/all.ts';
import { type Look, type PageProblem, type PageSettings, PLAIN, readLook } from './look.ts';
import { checkTemplates, type PreparedPage, preparePage } from './prepare.ts';
import { renderSteps } from './template.ts';
import type { PageModel, RenderedPage } from './words.ts';

export interface Pages {
  renderPage(model: PageModel, acceptLanguage: string | undefined): RenderedPage;
}

export type PagesLoaded = { kind: 'loaded'; pages: Pages } | { kind: 'refused'; problems: PageProblem[] };

/** Prepared pages at most: kinds × languages × looks that are in use, a few kB each. */
const MAX_PREPARED = 2000;

/** Reads logos and templates of all rooms' `page` settings; files that are wrong are told all at once. */
export function createPages(rooms: Iterable<PageSettings>): PagesLoaded {
  const looks = new WeakMap<PageSettings, NumberedLook>();
  const problems: PageProblem[] = [];
  let count = 0;
  const addLook = (page: PageSettings): NumberedLook => {
    const look = readLook(page, problems);
    const numbered = { ...look, number: count++ };
    looks.set(page, numbered);
    problems.push(...checkTemplates(look));
    return numbered;
  };
  const plain = addLook(PLAIN);
  for (const page of rooms) addLook(page);
  if (problems.length > 0) return { kind: 'refused', problems };

  // Settings that were not there at loading wear the plain look: no file is read while visitors wait.
  const lookOf = (page: PageSettings | null) => (page === null ? plain : (looks.get(page) ?? plain));
  return { kind: 'loaded', pages: { renderPage: renderer(lookOf) } };
}

type NumberedLook = Look & { number: number };

function renderer(lookOf: (page: PageSettings | null) => NumberedLook): Pages['renderPage'] {
  const prepared = new LRUCache<string, PreparedPage>({ max: MAX_PREPARED });
  const find = ({ kind, proof }: PageModel, code: LanguageCode, look: NumberedLook): PreparedPage => {
    const key = `${look.number} ${code} ${kind}${proof === null ? '' : ' proof'}`;
    const known = prepared.get(key);
    if (known !== undefined) return known;
    const made = preparePage(kind, languageFor(code), look, proof !== null);
    prepared.set(key, made);
    return made;
  };
  return (model, acceptLanguage) => {
    const code = chooseLanguage(acceptLanguage);
    const { steps, headers } = find(model, code, lookOf(model.page));
    return { html: renderSteps(steps, { model, language: languageFor(code) }), headers };
  };
}
