/** The schema as editors use it: plain JSON Schema, where only what has no default is required. */
import { ConfigSchema } from './schema.ts';
import type { SchemaNode } from './schema-node.ts';

export function jsonSchemaForEditors(): Record<string, unknown> {
  return plainSchema(ConfigSchema);
}

export function plainSchema(schema: object): Record<string, unknown> {
  const plain = plainNode(JSON.parse(JSON.stringify(schema)));
  return { $schema: 'http://json-schema.org/draft-07/schema#', ...plain };
}

function plainNode(node: SchemaNode & Record<string, unknown>): Record<string, unknown> {
  const {
    'x-says': _says,
    required,
    properties,
    patternProperties,
    items,
    additionalProperties,
    ...rest
  } = node;
  const needed = required?.filter((key) => properties?.[key]?.default === undefined) ?? [];
  return {
    ...rest,
    ...(properties && { properties: mapNodes(properties) }),
    ...(patternProperties && { patternProperties: mapNodes(patternProperties) }),
    ...(items && { items: plainNode(items as typeof node) }),
    ...(additionalProperties !== undefined && {
      additionalProperties: plainAdditional(additionalProperties),
    }),
    ...(needed.length > 0 && { required: needed }),
  };
}

function plainAdditional(value: boolean | SchemaNode): boolean | Record<string, unknown> {
  return typeof value === 'boolean' ? value : plainNode({ ...value });
}

function mapNodes(nodes: Record<string, SchemaNode>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(nodes).map(([key, node]) => [key, plainNode({ ...node })]));
}
