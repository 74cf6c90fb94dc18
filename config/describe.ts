/** Says in words what a schema's keyword refuses: one sentence a fault, with the value and what would be right. */
import type { ErrorObject } from 'ajv';
import { FORMATS } from './formats.ts';
import { type Finding, type Path, quote } from './located.ts';
import type { SchemaNode } from './schema-node.ts';
import { suggestion } from './suggest.ts';

const TYPES: Record<string, string> = {
  integer: 'a whole number',
  number: 'a number',
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  object: 'a section of keys and values',
  null: 'null',
};
const SECRET = /^(password|url|sentinels|nodes)$/;

/** `value` is what was written at `path`, where the fault is not about a key. */
export function describeError(error: ErrorObject, path: Path): Finding {
  const node = error.parentSchema as SchemaNode;
  if (error.keyword === 'required') return missing(error, path, node);
  if (error.keyword === 'additionalProperties') return unknownKey(error, path, node);
  if (isSecret(path))
    return {
      path,
      rule: error.keyword,
      text: `what is written here ${wanted({ ...error, data: null }, node)}`,
    };
  return { path, rule: error.keyword, text: `${quote(error.data)} ${wanted(error, node)}` };
}

function missing(error: ErrorObject, path: Path, node: SchemaNode): Finding {
  const key = String(error.params.missingProperty);
  const meaning = node.properties?.[key]?.description;
  return {
    path: [...path, key],
    rule: 'required',
    text: `is required${meaning === undefined ? '' : ` (${meaning})`}`,
    at: 'key',
  };
}

function unknownKey(error: ErrorObject, path: Path, node: SchemaNode): Finding {
  const key = String(error.params.additionalProperty);
  const at = { path: [...path, key], at: 'key' } as const;
  if (node.patternProperties !== undefined) return { ...at, rule: 'name', text: `${node['x-says']}` };
  const known = Object.keys(node.properties ?? {});
  const inside = sectionOf(key, node);
  const hint = inside === null ? suggestion(key, known) : `; it belongs under ${inside}`;
  return { ...at, rule: 'unknown-key', text: `is not a known key${hint}` };
}

/** The section below that has the key: `sessions` written beside `limits`. */
function sectionOf(key: string, node: SchemaNode): string | null {
  const sections = Object.entries(node.properties ?? {});
  const found = sections.find(([, child]) => child.properties !== undefined && key in child.properties);
  return found === undefined ? null : found[0];
}

function wanted(error: ErrorObject, node: SchemaNode): string {
  const { keyword, params, data } = error;
  if (keyword === 'type') return wantedType(data, node);
  if (keyword === 'minimum') return `must be at least ${params.limit}`;
  if (keyword === 'maximum') return `must be at most ${params.limit}`;
  if (keyword === 'enum') return wantedChoice(data, params.allowedValues);
  if (keyword === 'pattern') return node['x-says'] ?? `must match ${params.pattern}`;
  if (keyword === 'format') return FORMATS[params.format]?.says ?? `must be a ${params.format}`;
  if (keyword === 'minLength') return 'must not be empty';
  if (keyword === 'maxLength') return `must be at most ${params.limit} characters long`;
  if (keyword === 'minItems' || keyword === 'minProperties')
    return `must have at least ${params.limit} entry`;
  return error.message ?? `breaks ${keyword}`;
}

function wantedType(value: unknown, node: SchemaNode): string {
  if (node['x-says'] !== undefined && node.type !== 'string') return node['x-says'];
  const types = [node.type ?? []].flat().filter((type) => type !== 'null');
  const words = types.map((type) => TYPES[type] ?? type).join(' or ');
  const quotes =
    typeof value !== 'object' && types.includes('string') ? `; write ${JSON.stringify(String(value))}` : '';
  const nullable = [node.type].flat().includes('null') ? ', or null' : '';
  return `must be ${words}${nullable}${quotes}${unquoted(value, types)}`;
}

function unquoted(value: unknown, types: readonly string[]): string {
  if (typeof value !== 'string') return '';
  if (types.includes('boolean') && /^(yes|no|on|off)$/i.test(value))
    return `; write ${/^(yes|on)$/i.test(value)}`;
  const isNumber = (types.includes('integer') || types.includes('number')) && /^-?\d+(\.\d+)?$/.test(value);
  return isNumber ? `; write ${value} without quotes` : '';
}

function wantedChoice(value: unknown, allowed: readonly unknown[]): string {
  const words = allowed.map(String);
  const near = typeof value === 'string' ? suggestion(value, words) : '';
  return `must be one of ${words.join(', ')}${near.startsWith('; did') ? near : ''}`;
}

/** Addresses of a store may hold its password. */
function isSecret(path: Path): boolean {
  return path[0] === 'store' && SECRET.test(String(path[1]));
}
