/** Turns a parsed YAML document into plain values, and keeps where each key and value was written. */
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  visit,
} from 'yaml';
import type { Path } from './located.ts';

/** Offsets in the text. `block`: a collection that begins on a line below its key, or nothing at all. */
export interface Mark {
  value: number;
  key: number | null;
  block: boolean;
}

export interface TreeFault {
  offset: number;
  path: Path;
  rule: string;
  text: string;
}

export interface YamlTree {
  value: unknown;
  marks: ReadonlyMap<string, Mark>;
  faults: TreeFault[];
}

const MAX_DEPTH = 32;
/** An alias is written out where it stands, so a few bytes could ask for any amount of memory. */
const MAX_NODES = 100_000;
const PLAIN_TAG = /^tag:yaml\.org,2002:(str|int|float|bool|null|map|seq)$/;

/** A path as the key of a map. */
export const markKey = (path: Path): string => path.join('\0');

interface Reading extends YamlTree {
  targets: ReadonlyMap<Alias, Node>;
  marks: Map<string, Mark>;
  nodes: number;
}

export function readTree(document: Document.Parsed): YamlTree {
  const reading: Reading = {
    targets: aliasTargets(document),
    value: null,
    marks: new Map(),
    faults: [],
    nodes: 0,
  };
  reading.value = readNode(reading, document.contents, [], null);
  return reading;
}

function readNode(reading: Reading, written: Node | null, path: Path, key: number | null): unknown {
  const offset = written?.range?.[0] ?? key ?? 0;
  const node = resolve(reading, written, path, offset);
  reading.nodes += 1;
  if (!within(reading, path, offset)) return null;
  reading.marks.set(markKey(path), { value: offset, key, block: isBlock(node) });
  if (node === null) return null;
  if (node.tag !== undefined && !PLAIN_TAG.test(node.tag))
    return fault(reading, path, offset, 'yaml-tag', `${node.tag} is a tag that means nothing here`);
  if (isMap(node)) return readMap(reading, node.items as Pair<Node, Node | null>[], path);
  if (isSeq(node))
    return node.items.map((item, index) => readNode(reading, item as Node, [...path, index], null));
  return isScalar(node) ? node.value : null;
}

function readMap(reading: Reading, pairs: readonly Pair<Node, Node | null>[], path: Path): unknown {
  const section: Record<string, unknown> = {};
  for (const pair of pairs) {
    const offset = pair.key?.range?.[0] ?? 0;
    const name = keyName(pair.key);
    if (name === null) fault(reading, path, offset, 'yaml-key', 'has a key that is not a text');
    else if (Object.hasOwn(section, name)) duplicate(reading, [...path, name], offset);
    else define(section, name, readNode(reading, pair.value, [...path, name], offset));
  }
  return section;
}

/** So that `__proto__` is a key like any other, to be refused as one. */
function define(section: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(section, key, { value, enumerable: true, writable: true, configurable: true });
}

function keyName(key: Node | null): string | null {
  if (key === null || !isScalar(key) || key.value === null) return null;
  return typeof key.value === 'string' ? key.value : (key.source ?? String(key.value));
}

function resolve(reading: Reading, node: Node | null, path: Path, offset: number): Node | null {
  if (!isAlias(node)) return node;
  const target = reading.targets.get(node);
  if (target !== undefined) return target;
  const text = `*${node.source} names no anchor; put a value that begins with * in quotes: "*${node.source}"`;
  return fault(reading, path, offset, 'yaml-alias', text);
}

/** An alias stands for the last anchor of its name before it; found in one pass, since aliases may be many. */
function aliasTargets(document: Document.Parsed): Map<Alias, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document, {
    Alias: (_, alias) => {
      const target = anchors.get(alias.source);
      if (target !== undefined) targets.set(alias, target);
    },
    Value: (_, node) => {
      if (node.anchor !== undefined) anchors.set(node.anchor, node as Node);
    },
  });
  return targets;
}

function within(reading: Reading, path: Path, offset: number): boolean {
  if (path.length <= MAX_DEPTH && reading.nodes <= MAX_NODES) return true;
  if (!reading.faults.some((one) => one.rule === 'yaml-size'))
    fault(
      reading,
      path.slice(0, 4),
      offset,
      'yaml-size',
      'holds too much, or aliases that refer to themselves',
    );
  return false;
}

function duplicate(reading: Reading, path: Path, offset: number): void {
  const text = 'is written twice in this section; keep one';
  fault(reading, path, offset, 'yaml-duplicate-key', text);
}

function fault(reading: Reading, path: Path, offset: number, rule: string, text: string): null {
  reading.faults.push({ offset, path, rule, text });
  return null;
}

function isBlock(node: Node | null): boolean {
  if (node === null || (isScalar(node) && node.value === null && !node.source)) return true;
  return (isMap(node) || isSeq(node)) && node.flow !== true;
}
