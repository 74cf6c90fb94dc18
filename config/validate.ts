/** Judges plain values by the schema: all faults at once, one a fault; what is sound goes on with defaults filled in. */
import { Ajv, type ErrorObject } from 'ajv';
import { describeError } from './describe.ts';
import { FORMATS } from './formats.ts';
import type { Finding, Path } from './located.ts';
import { type Config, ConfigSchema } from './schema.ts';
import { entrySchema, type SchemaNode } from './schema-node.ts';

export interface Validated {
  findings: Finding[];
  /** As written, wrong ones included: a reference to one is not a second fault. */
  names: Names;
  /** What can still be judged by the other rules: the whole configuration where there are no findings. */
  draft: Draft;
}

export interface Names {
  rooms: string[];
  upstreams: string[];
}

type RawUpstream = Config['upstreams'][string];

/** A configuration with what is wrong left out. */
export type Draft = Omit<Config, 'rules' | 'launches' | 'default' | 'upstreams'> & {
  upstreams: Record<string, Omit<RawUpstream, 'targets'> & Partial<Pick<RawUpstream, 'targets'>>>;
  /** null: wrong by the schema. */
  rules: (Config['rules'][number] | null)[];
  launches: (Config['launches'][number] | null)[];
  default: Partial<Config['default']>;
};

const ajv = new Ajv({
  allErrors: true,
  verbose: true,
  useDefaults: true,
  strictTypes: false,
  strictRequired: false,
  messages: true,
  keywords: ['x-says'],
  formats: Object.fromEntries(
    Object.entries(FORMATS).map(([name, { accepts }]) => [name, { type: 'string', validate: accepts }]),
  ),
});
const accepts = ajv.compile(ConfigSchema);

export function validate(written: unknown): Validated {
  const value = fillEmptySections(written, ConfigSchema as SchemaNode);
  const names = { rooms: keysOf(value, 'rooms'), upstreams: keysOf(value, 'upstreams') };
  if (accepts(value)) return { findings: [], names, draft: value as Draft };
  const errors = [...(accepts.errors ?? [])];
  const findings = onePerFault(errors.map((error) => describeError(error, pathOf(error, value))));
  return { findings, names, draft: toDraft(value, findings) };
}

function keysOf(value: unknown, section: string): string[] {
  const entries = isRecord(value) ? value[section] : undefined;
  return isRecord(entries) ? Object.keys(entries) : [];
}

/** A section or list with nothing under its key is an empty one: `rules:` with all rules commented out. */
function fillEmptySections(value: unknown, node: SchemaNode): unknown {
  if (value === null && isSection(node) && node.default !== undefined) return structuredClone(node.default);
  if (Array.isArray(value) && node.items !== undefined)
    return value.map((item) => fillEmptySections(item, node.items!));
  if (!isRecord(value)) return value;
  const entry = entrySchema(node);
  for (const [key, child] of Object.entries(value)) {
    const schema =
      node.properties !== undefined && Object.hasOwn(node.properties, key) ? node.properties[key] : entry;
    if (schema && key !== '__proto__') value[key] = fillEmptySections(child, schema);
  }
  return value;
}

function isSection(node: SchemaNode): boolean {
  return node.type === 'object' || node.type === 'array';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Numbers in a pointer are indexes only where the value is a list: `rooms.4711` is a name. */
function pathOf(error: ErrorObject, root: unknown): Path {
  const keys = error.instancePath
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  let at: unknown = root;
  return keys.map((key) => {
    const index = Array.isArray(at) ? Number(key) : key;
    at = Array.isArray(at) ? at[Number(key)] : isRecord(at) ? at[key] : undefined;
    return index;
  });
}

/** A value of the wrong type breaks other keywords as well; the type is what to say. */
function onePerFault(findings: Finding[]): Finding[] {
  const byPath = new Map<string, Finding>();
  for (const finding of findings) {
    const key = JSON.stringify(finding.path);
    if (!byPath.has(key) || finding.rule === 'type') byPath.set(key, finding);
  }
  return [...byPath.values()];
}

/** Leaves out what is wrong, and rules and launches that hold something wrong. */
function toDraft(value: unknown, findings: readonly Finding[]): Draft {
  const draft = isRecord(value) ? value : {};
  const holes = { rules: new Set<number>(), launches: new Set<number>() };
  for (const { path } of findings) {
    const [top, index] = path;
    if ((top === 'rules' || top === 'launches') && typeof index === 'number') holes[top].add(index);
    else remove(draft, path);
  }
  const rules = split(draft.rules, holes.rules);
  const launches = split(draft.launches, holes.launches);
  const rest = { ...draft, rules: rules.sound, launches: launches.sound };
  accepts(rest);
  return {
    ...(rest as unknown as Draft),
    rooms: isRecord(rest) && isRecord(draft.rooms) ? (draft.rooms as Draft['rooms']) : {},
    upstreams: isRecord(draft.upstreams) ? (draft.upstreams as Draft['upstreams']) : {},
    default: isRecord(draft.default) ? draft.default : {},
    rules: rules.withHoles as Draft['rules'],
    launches: launches.withHoles as Draft['launches'],
  };
}

function split(list: unknown, holes: ReadonlySet<number>) {
  const all: unknown[] = Array.isArray(list) ? list : [];
  return {
    sound: all.filter((_, index) => !holes.has(index)),
    withHoles: all.map((item, index) => (holes.has(index) ? null : item)),
  };
}

/** Takes the value at the path out; of a list that holds it, the whole list. */
function remove(root: Record<string, unknown>, path: Path): void {
  let parent: unknown = root;
  const end = path.findIndex((key) => typeof key === 'number');
  const keys = (end < 0 ? path : path.slice(0, end)).map(String);
  for (const key of keys.slice(0, -1)) parent = isRecord(parent) ? parent[key] : undefined;
  const last = keys.at(-1);
  if (isRecord(parent) && last !== undefined) delete parent[last];
}
