/** What our code reads of a JSON Schema. */
export interface SchemaNode {
  type?: string | readonly string[];
  enum?: readonly unknown[];
  const?: unknown;
  default?: unknown;
  description?: string;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  minProperties?: number;
  required?: readonly string[];
  properties?: Record<string, SchemaNode>;
  patternProperties?: Record<string, SchemaNode>;
  additionalProperties?: boolean | SchemaNode;
  items?: SchemaNode;
  /** What a right value is, in words. */
  'x-says'?: string;
}

/** The schema of the values in a section whose keys the reader chooses. */
export function entrySchema(node: SchemaNode): SchemaNode | null {
  const [pattern] = Object.values(node.patternProperties ?? {});
  if (pattern !== undefined) return pattern;
  return typeof node.additionalProperties === 'object' ? node.additionalProperties : null;
}
