/** Prepares a page for one kind, language and look: everything that does not change from visit to visit. */
import { LINE_SCRIPT, PROOF_SCRIPT, STYLE } from './assets.ts';
import { builtInTemplate } from './built-in.ts';
import type { Language } from './language.ts';
import { languageFor } from './language.ts';
import type { Look, PageProblem } from './look.ts';
import { inlineHashes, pageHeaders } from './policy.ts';
import { type PageFacts, SLOTS } from './slots.ts';
import { compileTemplate, type Lookup, type Step } from './template.ts';
import type { PageKind } from './words.ts';

export interface PreparedPage {
  steps: readonly Step<PageFacts>[];
  headers: readonly string[];
}

const BASE_STYLE = `<style>${STYLE}</style>`;
const SCRIPT = `<script>${LINE_SCRIPT}</script>`;
/** Beside the script of any template, where the visitor is asked for a work. */
const PROOF = '<meta name="headgate-proof" content="{{proof}}">{{proofScript}}';
const SCRIPT_MARK = /\{\{\s*script\s*\}\}/;

/** `asksForWork`: a page of its own, so that no other allows a script that it does not carry. */
export function preparePage(
  kind: PageKind,
  language: Language,
  look: Look,
  asksForWork: boolean,
): PreparedPage {
  const written = look.templates.get(kind)?.source ?? builtInTemplate(kind);
  const source = asksForWork ? withProof(written) : written;
  const { steps } = compileTemplate(source, lookupFor(language, look));
  return { steps, headers: pageHeaders(inlineHashes(steps), language.tag, look.frameAncestors) };
}

function withProof(source: string): string {
  return source.replace(SCRIPT_MARK, (mark) => PROOF + mark);
}

/** What is wrong with the look's own templates, by file, line and placeholder. */
export function checkTemplates(look: Look): PageProblem[] {
  const lookup = lookupFor(languageFor('en'), look);
  return [...look.templates.values()].flatMap(({ file, source }) => {
    const { steps, problems } = compileTemplate(withProof(source), lookup);
    const found: PageProblem[] = problems.map((problem) => ({ file, ...problem }));
    if (inlineHashes(steps).hasHoles) found.push(holeProblem(file));
    return found;
  });
}

function holeProblem(file: string): PageProblem {
  const message =
    'a placeholder that differs from visit to visit stands within <style> or <script>; read it from a data attribute instead';
  return { file, line: 0, placeholder: null, message };
}

function lookupFor({ texts, tag, dir, html }: Language, look: Look): Lookup<PageFacts> {
  const known: Record<string, string> = {
    lang: tag,
    dir,
    logo: look.logo,
    style: `${BASE_STYLE}<style>${look.paletteCss}</style>`,
    script: SCRIPT,
    proofScript: `<script>${PROOF_SCRIPT}</script>`,
  };
  for (const [key, forms] of Object.entries(texts)) {
    if (typeof forms === 'string') known[`text.${key}`] = html(forms);
  }
  return (name) => {
    if (Object.hasOwn(known, name)) return known[name] ?? null;
    return Object.hasOwn(SLOTS, name) ? (SLOTS[name] ?? null) : null;
  };
}
