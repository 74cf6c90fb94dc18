/** Reads YAML 1.2 into plain values and remembers where each was written; every fault comes with its place. */
import { CST, type Document, isScalar, Lexer, LineCounter, parseAllDocuments, type YAMLError } from 'yaml';
import { byPlace, formatPath, type Located, type Path, type Positions, quote } from './located.ts';
import { type Mark, markKey, readTree } from './yaml-tree.ts';

export type YamlSource =
  /** `faults`: keys written twice; the rest of the file can still be judged. */
  { ok: true; value: unknown; positions: Positions; faults: Located[] } | { ok: false; faults: Located[] };

/** The parser is recursive and its regular expressions need stack: deep nesting would end the process. */
const MAX_NESTING = 48;
const MAX_FAULTS = 50;
const EMPTY =
  'holds no configuration: it needs at least upstreams, rooms and default (config/headgate.example.yaml shows all keys)';

/** What the parser's words do not tell a reader. */
const HINTS: Record<string, string> = {
  TAB_AS_INDENT: 'indent with spaces: a tab is not allowed here',
  BLOCK_AS_IMPLICIT_KEY:
    'a key is out of place: check the indentation, and put values that hold ": " in quotes',
  MULTILINE_IMPLICIT_KEY: 'wrong indentation, or no space after a colon',
  UNEXPECTED_TOKEN: 'put values that hold { } [ ] or , in quotes',
  BAD_SCALAR_START: 'put the value in quotes',
};

type PlaceFault = (offset: number, path: Path, rule: string, text: string) => Located;

export function readYaml(text: string, file: string): YamlSource {
  const lines = new LineCounter();
  const place: PlaceFault = (offset, path, rule, message) => {
    const at = position(lines, file, offset);
    const field = formatPath(path);
    return { ...at, path: field, message: `${field && `${field}: `}${message} (${file}:${at.line})`, rule };
  };
  if (isNestedTooDeeply(text)) {
    const message = `sections are nested more than ${MAX_NESTING} deep`;
    return { ok: false, faults: [place(0, [], 'yaml-depth', message)] };
  }
  const parsed = parseAllDocuments(text, {
    lineCounter: lines,
    prettyErrors: false,
    schema: 'core',
    uniqueKeys: false,
    logLevel: 'silent',
  });
  const documents: Document.Parsed[] = 'empty' in parsed ? [] : parsed;
  const faults = syntaxFaults(documents, text, place);
  if (faults.length > 0) return { ok: false, faults };
  return readDocument(documents[0], lines, file, place);
}

function readDocument(
  document: Document.Parsed | undefined,
  lines: LineCounter,
  file: string,
  place: PlaceFault,
): YamlSource {
  const tree = document === undefined ? null : readTree(document);
  if (tree === null || (tree.value === null && tree.faults.length === 0))
    return { ok: false, faults: [place(0, [], 'empty', EMPTY)] };
  const faults = tree.faults
    .map((one) => place(one.offset, one.path, one.rule, one.text))
    .sort(byPlace)
    .slice(0, MAX_FAULTS);
  if (faults.some((fault) => fault.rule !== 'yaml-duplicate-key')) return { ok: false, faults };
  return { ok: true, value: tree.value, positions: positionsOf(tree.marks, lines, file), faults };
}

function syntaxFaults(documents: readonly Document.Parsed[], text: string, place: PlaceFault): Located[] {
  const faults = documents.flatMap((document) => documentFaults(document, text, place));
  const second = documents[1];
  if (second !== undefined && faults.length === 0) {
    const message = 'a second document begins here; only one is allowed';
    faults.push(place(second.range[0], [], 'yaml-documents', message));
  }
  return onePerLine(faults.sort(byPlace)).slice(0, MAX_FAULTS);
}

function documentFaults(document: Document.Parsed, text: string, place: PlaceFault): Located[] {
  const { contents } = document;
  const errors = document.errors as YAMLError[];
  // `prefix:/gate` is a text, and what follows it stands where no document goes on.
  if (isScalar(contents) && errors[0]?.code === 'UNEXPECTED_TOKEN') {
    const message = 'is not a section of keys and values: put a space after each colon';
    return [place(contents.range[0], [], 'yaml-syntax', `${quote(contents.value)} ${message}`)];
  }
  // After a first error, what is left over “in YAML stream” follows from it.
  const own = errors.filter(({ message }, index) => index === 0 || !message.includes('in YAML stream'));
  return own.map((error) => place(offsetOf(error, text), [], 'yaml-syntax', worded(error)));
}

function worded({ code, message }: YAMLError): string {
  const hint = HINTS[code];
  return hint === undefined ? message : `${message}: ${hint}`;
}

/**
 * A key that goes over lines either lacks the space after its colon, on its first line, or began as another key's value,
 * and then its last line is the one indented too far.
 */
function offsetOf(error: YAMLError, text: string): number {
  const [start, end] = error.pos;
  if (error.code === 'BAD_INDENT') return start + /^(\s+|#[^\n]*\n)*/.exec(text.slice(start))![0].length;
  if (error.code !== 'MULTILINE_IMPLICIT_KEY' && error.code !== 'BLOCK_AS_IMPLICIT_KEY') return start;
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  if (text.slice(lineStart, start).trim() === '') return start;
  const key = /^[^\n]*\n([^\S\n]*(#[^\n]*)?\n)*[^\S\n]*/.exec(
    text.slice(start, Math.max(end, start + 1) + 1024),
  );
  return isContinued(text, start) && key !== null ? start + key[0].length : start;
}

/** Whether the value goes on in the next line, where a colon makes it a key. */
function isContinued(text: string, start: number): boolean {
  const line = text.slice(start, text.indexOf('\n', start) < 0 ? text.length : text.indexOf('\n', start));
  return !/:(\s|$)/.test(line);
}

function onePerLine(faults: Located[]): Located[] {
  return faults.filter((fault, index) => fault.line !== faults[index - 1]?.line);
}

function positionsOf(marks: ReadonlyMap<string, Mark>, lines: LineCounter, file: string): Positions {
  return {
    of(path, at = 'value') {
      for (let length = path.length; length >= 0; length--) {
        const mark = marks.get(markKey(path.slice(0, length)));
        if (mark === undefined) continue;
        const useKey = mark.key !== null && (at === 'key' || mark.block);
        return position(lines, file, useKey ? mark.key! : mark.value);
      }
      return { file, line: 1, column: 1 };
    },
  };
}

function position(lines: LineCounter, file: string, offset: number) {
  const { line, col } = lines.linePos(offset);
  return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
}

/** Counted on the tokens, which takes no recursion. */
function isNestedTooDeeply(text: string): boolean {
  if (/^ {400}/m.test(text)) return true;
  let flow = 0;
  let inLine = 0;
  for (const token of new Lexer().lex(text)) {
    const type = CST.tokenType(token);
    if (type === 'flow-seq-start' || type === 'flow-map-start') flow += 1;
    else if (type === 'flow-seq-end' || type === 'flow-map-end') flow -= 1;
    else if (type === 'newline') inLine = 0;
    else if (flow === 0 && (type === 'seq-item-ind' || type === 'explicit-key-ind')) inLine += 1;
    if (flow > MAX_NESTING || inLine > MAX_NESTING) return true;
  }
  return false;
}
