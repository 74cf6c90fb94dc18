/**
 * Compiles a page's template: text with `{{name}}` (a value, escaped), `{{#name}}…{{/name}}` (kept where the value is
 * there) and `{{^name}}…{{/name}}` (kept where it is not). What is known beforehand is written out once, so that
 * rendering is a walk over a flat list.
 */

/** A flat list, no tree: `skip` jumps over the part of a section that is left out. */
export type Step<Facts> =
  | string
  | { write: (facts: Facts) => string }
  | { present: (facts: Facts) => boolean; skip: number };

export interface Slot<Facts> {
  /** Escaped already. */
  write: (facts: Facts) => string;
  present: (facts: Facts) => boolean;
}

/** What a name stands for: text known beforehand, a slot that each page fills, or nothing by that name. */
export type Lookup<Facts> = (name: string) => string | Slot<Facts> | null;

export interface TemplateProblem {
  /** From 1. */
  line: number;
  placeholder: string;
  message: string;
}

const MARK = /\{\{([#^/]?)([^{}]*)\}\}/g;

/** Texts from this length on are not copied into their neighbours. */
const SHARED_LENGTH = 2048;

interface Compilation<Facts> {
  steps: Step<Facts>[];
  /** Steps before this belong to another section: text is not joined to them. */
  boundary: number;
  problems: TemplateProblem[];
  open: { name: string; step: { skip: number } | null; cutAt: number | null; line: number }[];
}

export function compileTemplate<Facts>(
  source: string,
  lookup: Lookup<Facts>,
): { steps: Step<Facts>[]; problems: TemplateProblem[] } {
  const compilation: Compilation<Facts> = { steps: [], boundary: 0, problems: [], open: [] };
  let end = 0;
  for (const match of source.matchAll(MARK)) {
    addText(compilation, source.slice(end, match.index));
    end = match.index + match[0].length;
    addMark(compilation, lookup, match, lineAt(source, match.index));
  }
  addText(compilation, source.slice(end));
  for (const { name, line } of compilation.open) {
    compilation.problems.push({ line, placeholder: `#${name}`, message: `{{#${name}}} is never closed` });
  }
  return { steps: compilation.steps.map(flatten), problems: compilation.problems };
}

/** V8 keeps added-up text as a tree and would walk it for every page; going through bytes makes it one piece. */
function flatten<Facts>(step: Step<Facts>): Step<Facts> {
  return typeof step === 'string' ? Buffer.from(step).toString() : step;
}

/** The page: one walk, no allocation but the string. */
export function renderSteps<Facts>(steps: readonly Step<Facts>[], facts: Facts): string {
  let page = '';
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i]!;
    if (typeof step === 'string') page += step;
    else if ('write' in step) page += step.write(facts);
    else if (!step.present(facts)) i = step.skip;
  }
  return page;
}

function addMark<Facts>(
  compilation: Compilation<Facts>,
  lookup: Lookup<Facts>,
  [, sign = '', inner = '']: RegExpMatchArray,
  line: number,
): void {
  const name = inner.trim();
  if (sign === '/') {
    closeSection(compilation, name, line);
    return;
  }
  const found = lookup(name);
  if (found === null) {
    compilation.problems.push({ line, placeholder: name, message: `{{${name}}} is no placeholder` });
  }
  if (sign !== '') openSection(compilation, { name, line, inverse: sign === '^' }, found);
  else if (typeof found === 'string') addText(compilation, found);
  else if (found !== null) compilation.steps.push({ write: found.write });
}

function openSection<Facts>(
  compilation: Compilation<Facts>,
  { name, line, inverse }: { name: string; line: number; inverse: boolean },
  found: string | Slot<Facts> | null,
): void {
  const { steps, open } = compilation;
  // Known text: what is not kept is cut out again when the section closes.
  if (found === null || typeof found === 'string') {
    const isKept = (found !== '') !== inverse;
    open.push({ name, step: null, cutAt: isKept ? null : steps.length, line });
    compilation.boundary = steps.length;
    return;
  }
  const present = inverse ? (facts: Facts) => !found.present(facts) : found.present;
  const step = { present, skip: 0 };
  steps.push(step);
  open.push({ name, step, cutAt: null, line });
  compilation.boundary = steps.length;
}

function closeSection<Facts>(compilation: Compilation<Facts>, name: string, line: number): void {
  const { steps, open, problems } = compilation;
  const section = open.pop();
  if (section === undefined || section.name !== name) {
    problems.push({
      line,
      placeholder: `/${name}`,
      message: `{{/${name}}} closes nothing that is open here`,
    });
    return;
  }
  if (section.cutAt !== null) steps.length = section.cutAt;
  if (section.step !== null) section.step.skip = steps.length - 1;
  compilation.boundary = steps.length;
}

/** Joins small neighbours, so that a walk is short; style, script and logo stay one string in memory for all pages. */
function addText<Facts>({ steps, boundary }: Compilation<Facts>, text: string): void {
  const last = steps.at(-1);
  const isJoined =
    typeof last === 'string' && steps.length > boundary && Math.max(last.length, text.length) < SHARED_LENGTH;
  if (isJoined) steps[steps.length - 1] = last + text;
  else if (text !== '') steps.push(text);
}

function lineAt(source: string, index: number): number {
  let line = 1;
  for (let at = source.indexOf('\n'); at !== -1 && at < index; at = source.indexOf('\n', at + 1)) line++;
  return line;
}
