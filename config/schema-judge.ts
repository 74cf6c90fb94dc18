/** Judges plain values by a schema: every fault once, in words; what is sound gets its defaults. */
import { Ajv, type ErrorObject } from 'ajv';
import { describeError } from './describe.ts';
import { FORMATS } from './formats.ts';
import type { Finding, Path } from './located.ts';
import { entrySchema, type SchemaNode } from './schema-node.ts';

export interface Judged {
  /** What was written, with empty sections and, where nothing is wrong, all defaults filled in. */
  value: unknown;
  findings: Finding[];
}

export interface SchemaJudge {
  judge(written: unknown): Judged;
  /** Fills in what is missing of a value, whatever else is wrong with it. */
  fill(value: unknown): void;
}

export function schemaJudge(schema: object): SchemaJudge {
  const accepts = ajv.compile(schema);
  return {
    judge(written) {
      const value = fillEmptySections(written, schema as SchemaNode);
      if (accepts(value)) return { value, findings: [] };
      const errors = [...(accepts.errors ?? [])];
      return {
        value,
        findings: onePerFault(errors.map((error) => describeError(error, pathOf(error, value)))),
      };
    },
    fill: (value) => void accepts(value),
  };
}

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

export function isRecord(value: unknown): value is Record<string, unknown> {
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
