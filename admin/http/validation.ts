/** Judges parameters, query and body by a route's schemas: all faults at once, each with a JSON pointer; what nobody knows is a fault. */
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { FormatsPlugin } from 'ajv-formats';
import formatsPlugin from 'ajv-formats';
import { AdminError, type Fault } from '../errors.ts';
import type { Ask, RouteSchemas } from '../words.ts';

type Part = 'params' | 'query' | 'body';
export type Parts = Pick<Ask, Part>;
type Schema = Record<string, unknown>;

const MOST_FAULTS = 50;
const MOST_PATH_LENGTH = 200;
const NOT_BLANK = '\\S';

/** A route without query or body takes none; an empty body is none. */
const NOTHING: Record<Part, Schema> = {
  params: { type: 'object', additionalProperties: false },
  query: { type: 'object', additionalProperties: false },
  body: { type: ['object', 'null'], additionalProperties: false },
};

const options = { allErrors: true, useDefaults: true, strict: false, validateFormats: true };
/** Addresses hold texts only: there, 5 is written "5". Bodies say what they mean. */
const ofAddress = withFormats(new Ajv({ ...options, coerceTypes: true }));
const ofBody = withFormats(new Ajv(options));

/** Fills in defaults in place. Throws AdminError HG_INVALID. */
export type Validator = (parts: Parts) => void;

export function createValidator(schemas: RouteSchemas): Validator {
  const judges: [Part, ValidateFunction][] = [
    ['params', ofAddress.compile(closed(schemas.params ?? NOTHING.params))],
    ['query', ofAddress.compile(closed(schemas.query ?? NOTHING.query))],
    ['body', ofBody.compile(closed(schemas.body ?? NOTHING.body))],
  ];
  return (parts) => {
    const faults = judges.flatMap(([part, judge]) => faultsOf(part, judge, parts[part]));
    if (faults.length === 0) return;
    const says = faults.length === 1 ? 'one fault' : `${faults.length} faults`;
    throw new AdminError('HG_INVALID', `the request has ${says}; nothing was changed`, {
      faults: faults.slice(0, MOST_FAULTS),
    });
  };
}

/** Objects are closed unless they say otherwise: a misspelt key must not go unnoticed. */
export function closed(schema: unknown): Schema {
  return closedIn(schema) as Schema;
}

function closedIn(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(closedIn);
  if (typeof node !== 'object' || node === null) return node;
  const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, closedIn(value)]));
  const isOpen = copy.type === 'object' && 'properties' in copy && !('additionalProperties' in copy);
  return isOpen ? { ...copy, additionalProperties: false } : copy;
}

function faultsOf(part: Part, judge: ValidateFunction, value: unknown): Fault[] {
  if (judge(value)) return [];
  return (judge.errors ?? []).map((error) => ({
    path: `/${part}${pointerOf(error)}`.slice(0, MOST_PATH_LENGTH),
    message: messageOf(error),
  }));
}

function pointerOf({ instancePath, params }: ErrorObject): string {
  const key = params.missingProperty ?? params.additionalProperty ?? params.unevaluatedProperty;
  if (typeof key !== 'string') return instancePath;
  return `${instancePath}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** Says what must be, never what was sent: that may be a secret in the wrong place. */
function messageOf({ keyword, params, message }: ErrorObject): string {
  if (keyword === 'required') return 'is missing';
  if (keyword === 'additionalProperties' || keyword === 'unevaluatedProperties') return 'is not known here';
  if (keyword === 'enum') return `must be one of ${(params.allowedValues as unknown[]).join(', ')}`;
  if (keyword === 'minLength' && params.limit === 1) return 'must not be empty';
  if (keyword === 'pattern' && params.pattern === NOT_BLANK) return 'must not be blank';
  if (keyword === 'minProperties') return `must have ${params.limit} or more fields`;
  return message ?? 'does not fit the schema';
}

function withFormats(ajv: Ajv): Ajv {
  // A CommonJS default: the function itself, or a property of it, by who loads it.
  (formatsPlugin as unknown as FormatsPlugin)(ajv);
  return ajv;
}
