/** Writes docs/scenarios.md from the schema: `node load-tests/rehearse/scenario/reference.ts --write`; without it, prints the page. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { referenceTables } from '../../../config/reference.ts';
import type { SchemaNode } from '../../../config/schema-node.ts';
import { FIGURES } from '../figures.ts';
import { builtInFile } from './built-in.ts';
import { ARRIVALS } from './schema/arrivals.ts';
import { ScenarioSchema } from './schema.ts';

const PAGE = fileURLToPath(new URL('../../../docs/scenarios.md', import.meta.url));

const INTRODUCTION = `# Scenarios

Written by \`npm exec -- node load-tests/rehearse/scenario/reference.ts --write\` from the schema of scenarios; do not edit.

A scenario is one YAML 1.2 file: a stage, visitors, moments at which something happens to the stage, and what must hold.
\`headgate rehearse my-scenario.yaml\` tells every error of it with its line, and plays it; \`headgate rehearse --schema\`
prints the JSON Schema for editors. Unknown keys are errors.

- **Times** are the scenario's own: seconds, or texts such as \`90s\`, \`5m\`, \`1h30m\`.
- **Pace**: played n times faster, visitors come n times as fast, stay an n-th as long, and the gate and the platform's database
  are given n times the rate and an n-th of the time. Polls, the platform's queries and patience are not sped up.
- **Launches**: \`opensAt\` of a launch, and \`from\` and \`until\` of a maintenance, may be such times, too.
- **Forms** are merge patches (RFC 7386) over the same file: the story as it went wrong, which must fail by the checks that
  \`failsBy\` names, and mended, where all must hold.

## Example

\`load-tests/scenarios/launch.yaml\`, which is played where no scenario is named:
`;

export function scenarioReferencePage(): string {
  const example = `\`\`\`yaml\n${readFileSync(builtInFile('launch'), 'utf8')}\`\`\`\n`;
  const shapes = Object.entries(ARRIVALS).map(([shape, schema]) =>
    referenceTables(schema as SchemaNode, `arrive: { shape: ${shape} }`),
  );
  const tables = referenceTables(ScenarioSchema as SchemaNode);
  return [`${INTRODUCTION}\n${example}`, tables, ...shapes, figures()].join('\n');
}

function figures(): string {
  const rows = Object.entries(FIGURES).map(
    ([name, { unit, seen, meaning }]) =>
      `| \`${name}\` | ${unit} | ${seen === 'moment' ? 'each second' : 'at the end'} | ${meaning} |`,
  );
  return `## Figures\n\nWhat a check may ask for.\n\n| figure | unit | seen | meaning |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`;
}

if (import.meta.main) {
  if (process.argv.includes('--write')) writeFileSync(PAGE, scenarioReferencePage());
  else process.stdout.write(scenarioReferencePage());
}
