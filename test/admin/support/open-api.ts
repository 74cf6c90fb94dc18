/** What an OpenAPI document says of each operation, read as far as the tests need it. */

export interface Operation {
  method: string;
  path: string;
  parameters: { name: string; in: string; required: boolean; schema: Schema }[];
  body: Schema | null;
  /** Statuses that it answers. */
  statuses: string[];
}

export type Schema = Record<string, unknown>;

interface Document {
  paths: Record<string, Record<string, Written>>;
}

interface Written {
  parameters?: Operation['parameters'];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, unknown>;
}

export function operationsOf(document: unknown): Operation[] {
  return Object.entries((document as Document).paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, written]) => ({
      method: method.toUpperCase(),
      path,
      parameters: written.parameters ?? [],
      body: written.requestBody?.content['application/json']?.schema ?? null,
      statuses: Object.keys(written.responses),
    })),
  );
}

/** A value that fits, of the schemas that this API uses. */
export function sampleOf(schema: Schema): unknown {
  if (schema.default !== undefined) return schema.default;
  if (schema.const !== undefined) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  const choices = (schema.anyOf ?? schema.oneOf) as Schema[] | undefined;
  if (choices) return sampleOf(choices[0] as Schema);
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === 'object') return sampleObject(schema);
  if (type === 'array') return [];
  if (type === 'integer' || type === 'number') return Math.max(1, Number(schema.minimum ?? 1));
  if (type === 'boolean') return true;
  return type === 'null' ? null : sampleText(schema);
}

function sampleObject({
  properties = {},
  required = [],
}: {
  properties?: unknown;
  required?: unknown;
}): object {
  const names = required as string[];
  const schemas = properties as Record<string, Schema>;
  return Object.fromEntries(names.map((name) => [name, sampleOf(schemas[name] ?? {})]));
}

function sampleText({ format, minLength }: Schema): string {
  if (format === 'date-time') return '2026-12-01T15:00:00Z';
  if (format === 'uri') return 'https://example.com/';
  return 'a'.repeat(Math.max(1, Number(minLength ?? 1)));
}
