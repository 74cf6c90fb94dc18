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

type Optional<T, K extends keyof T> = Omit<T, K> & Partial<Pick<T, K>>;

/** A configuration with what is wrong left out. */
export type Draft = Omit<Config, 'rules' | 'launches' | 'default' | 'upstreams'> & {
  upstreams: Record<string, Optional<Config['upstreams'][string], 'targets'>>;
  /** null: no section at all. */
  rules: (Optional<Config['rules'][number], 'name'> | null)[];
  launches: (Optional<Config['launches'][number], 'name' | 'room' | 'opensAt'> | null)[];
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

/** Leaves out what is wrong, and fills in the defaults of what is left. */
function toDraft(value: unknown, findings: readonly Finding[]): Draft {
  const draft = isRecord(value) ? value : {};
  for (const { path } of findings) remove(draft, path);
  const [rules, launches] = [sections(draft.rules), sections(draft.launches)];
  const rest: Record<string, unknown> = {
    ...draft,
    rules: rules.filter(isRecord),
    launches: launches.filter(isRecord),
  };
  accepts(rest);
  return {
    ...(rest as unknown as Draft),
    rooms: (isRecord(rest.rooms) ? rest.rooms : {}) as Draft['rooms'],
    upstreams: (isRecord(rest.upstreams) ? rest.upstreams : {}) as Draft['upstreams'],
    default: isRecord(rest.default) ? rest.default : {},
    rules: rules as Draft['rules'],
    launches: launches as Draft['launches'],
  };
}

/** Indexes stay as written. */
function sections(list: unknown): (Record<string, unknown> | null)[] {
  return Array.isArray(list) ? list.map((item) => (isRecord(item) ? item : null)) : [];
}

/** Takes the value at the path out; of a list of values, the whole list. */
function remove(root: Record<string, unknown>, path: Path): void {
  let holder = root;
  let last: string | null = null;
  let at: unknown = root;
  for (const key of path) {
    if (isRecord(at)) {
      holder = at;
      last = String(key);
      at = at[last];
    } else if (Array.isArray(at)) at = isRecord(at[Number(key)]) ? at[Number(key)] : undefined;
    else break;
  }
  if (last !== null) delete holder[last];
}
