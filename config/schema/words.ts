/** Small builders for the schema: closed sections with defaults, bounded numbers, texts that say what they must be. */
import { type Static, type TSchema, Type } from 'typebox';

/** Above these, milliseconds no longer fit a timer (2^31 - 1), and counters no longer fit a double with room to spare. */
export const MOST = {
  ms: 86_400_000,
  seconds: 2_000_000,
  minutes: 43_200,
  hours: 8_760,
  count: 1_000_000_000,
} as const;

export const closed = { additionalProperties: false } as const;

/** A section whose keys all have defaults: absent or empty, it is made of them. */
export function section<T extends Parameters<typeof Type.Object>[0]>(properties: T, options: object = {}) {
  return Type.Object(properties, { ...closed, default: {}, ...options });
}

export function nullable<T>(type: string, options: object = {}) {
  return Type.Unsafe<T | null>({ type: [type, 'null'], default: null, ...options });
}

/** A count that null leaves open. */
export function limit(description: string) {
  return nullable<number>('integer', { minimum: 0, maximum: MOST.count, description });
}

export function integer(
  fallback: number,
  minimum: number,
  description: string,
  maximum: number = MOST.count,
) {
  return Type.Integer({ default: fallback, minimum, maximum, description });
}

export function choice<const T extends string>(values: readonly T[], fallback: T, description: string) {
  return Type.Unsafe<T>({ type: 'string', enum: values, default: fallback, description });
}

/** Entries by name; other names are refused with what `says` of a right one. */
export function named<T extends TSchema>(pattern: string, says: string, value: T, options: object) {
  return Type.Unsafe<Record<string, Static<T>>>(
    Type.Record(Type.String({ pattern }), value, { ...closed, 'x-says': says, ...options }),
  );
}

/** A form that a text must have; `says` completes the sentence `"value" …`. */
export function shaped(pattern: string, says: string) {
  return { pattern, 'x-says': says };
}

/** Methods of a rule or of an answer. */
export const METHOD = shaped('^[A-Z][A-Z-]{0,31}$', 'must be a method in capitals, such as GET');
/** Host and port of a store’s node. */
export const NODE = shaped(
  '^(rediss?://)?([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+\\]):[0-9]{1,5}$',
  'must be host:port',
);
