/** The schema of scenario files as editors use it: `headgate rehearse --schema`. */
import { plainSchema } from '../../../config/editor-schema.ts';
import { ARRIVALS } from './schema/arrivals.ts';
import { ScenarioSchema } from './schema.ts';

/** Each shape of arrivals is written out, where the file's own schema only asks for one by name. */
export function scenarioJsonSchema(): Record<string, unknown> {
  const schema = structuredClone(JSON.parse(JSON.stringify(ScenarioSchema)));
  const [group] = Object.values<{ properties: Record<string, unknown> }>(
    schema.properties.visitors.patternProperties,
  );
  if (group) group.properties.arrive = { oneOf: Object.values(ARRIVALS).map(shapeSchema) };
  return plainSchema(schema);
}

function shapeSchema(shape: object): Record<string, unknown> {
  const { $schema: _, ...schema } = plainSchema(shape);
  return schema;
}
