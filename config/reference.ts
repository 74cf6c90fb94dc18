/** Writes docs/configuration.md from the schema: `node config/reference.ts --write`; without it, prints the page. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { FORMATS } from './formats.ts';
import { ConfigSchema } from './schema.ts';
import { entrySchema, type SchemaNode } from './schema-node.ts';

const PAGE = fileURLToPath(new URL('../docs/configuration.md', import.meta.url));

interface Row {
  key: string;
  node: SchemaNode;
  required: boolean;
}

interface Section {
  title: string;
  node: SchemaNode;
}

const INTRODUCTION = `# Configuration

Written by \`npm exec -- node config/reference.ts --write\` from \`config/schema.ts\`; do not edit.

One YAML 1.2 file. \`headgate check <file>\` tells every error with its line, and warns of what is legal and dangerous;
\`headgate check --schema\` prints the JSON Schema for editors. \`config/headgate.example.yaml\` is a complete, commented
example. Every key is optional unless it says **required**; unknown keys are errors.

Files that the configuration names (certificates, logos, templates) are looked for beside the configuration file; data
folders (\`store.path\`, \`keys.path\`) in the folder that the gateway was started in.

## Environment

These win over the file; a wrong value is an error that names the variable.

| variable | sets |
| --- | --- |
| \`HEADGATE_CONFIG\` | the file that \`start\` reads; absent: rooms for the demo platform (\`config/default.yaml\`) |
| \`HEADGATE_PORT\`, \`HEADGATE_ADMIN_PORT\`, \`HEADGATE_METRICS_PORT\` | \`listen.<name>.port\` |
| \`HEADGATE_ADMIN_HOST\`, \`HEADGATE_METRICS_HOST\` | \`listen.<name>.host\` |
| \`HEADGATE_REDIS_URL\` | \`store.kind: redis\` and \`store.url\` |
| \`HEADGATE_UPSTREAM\` | the targets of the default upstream: an origin, or several with commas between them |
| \`HEADGATE_DATA\` | folder of everything that must survive a restart, \`./data\` by default: \`store.path\`, \`keys.path\` |
| \`HEADGATE_ADMIN_TOKEN\` | token of the admin API |

## Matching

- Rules are tried in the order in which they stand; the first that matches wins. What none matches goes to \`default.room\`.
- A path pattern matches the whole path. \`*\` crosses slashes, \`/x/*\` also covers \`/x\`, \`{name}\` captures one segment.
- \`*.h\` covers the subdomains of h, not h itself; \`{name}\` captures one label; \`*\` alone is every host.
- \`query: { key: value }\` asks for that value, \`{ key: "{name}" }\` captures it. Path and query ignore case unless
  \`caseSensitive\` says otherwise.
- A rule’s room may hold captures of its host, path or query. Such a template must be a key of \`rooms\`; a room that is
  written out under its own name beats the template.
`;

export function referencePage(): string {
  return `${INTRODUCTION}\n${referenceTables(ConfigSchema as SchemaNode)}`;
}

/** A table of keys for each section of a schema. */
export function referenceTables(schema: SchemaNode, title = ''): string {
  return collect(title, schema).map(sectionText).join('\n');
}

/** The section itself, then what lies below it: entries by name, and entries of lists. */
function collect(title: string, node: SchemaNode): Section[] {
  const below = Object.entries(node.properties ?? {}).flatMap(([key, child]) =>
    title === '' || isNamed(child) ? collectBelow(title, key, child) : [],
  );
  return [...(title === '' ? [{ title: 'Top level', node }] : [{ title, node }]), ...below];
}

function collectBelow(title: string, key: string, child: SchemaNode): Section[] {
  const path = title === '' ? key : `${title}.${key}`;
  if (child.items?.properties !== undefined && child.items.type === 'object')
    return collect(`${path}[]`, child.items);
  const entry = entrySchema(child);
  if (entry?.properties !== undefined) return collect(`${path}.<name>`, entry);
  return child.properties === undefined || isNullable(child) ? [] : collect(path, child);
}

function isNamed(node: SchemaNode): boolean {
  return entrySchema(node)?.properties !== undefined;
}

function isNullable(node: SchemaNode): boolean {
  return [node.type].flat().includes('null');
}

function sectionText({ title, node }: Section): string {
  const rows = tableRows(node, '', title === 'Top level');
  if (rows.length === 0) return '';
  const about = node.description === undefined ? '' : `${capital(node.description)}.\n\n`;
  const heading = title === 'Top level' ? title : `\`${title}\``;
  const head = '| key | type | default | range | meaning |\n| --- | --- | --- | --- | --- |';
  return `## ${heading}\n\n${about}${head}\n${rows.map(rowText).join('\n')}\n`;
}

/** Sections within a section are told in its table, by dotted keys. */
function tableRows(node: SchemaNode, prefix: string, top: boolean): Row[] {
  return Object.entries(node.properties ?? {}).flatMap(([name, child]): Row[] => {
    const key = `${prefix}${name}`;
    const required = node.required?.includes(name) === true && child.default === undefined;
    const hasTable = child.properties !== undefined || isNamed(child) || child.items?.type === 'object';
    if (top && hasTable) return [];
    if (child.properties === undefined || child.type !== 'object')
      return [{ key, node: child, required }, ...inner(child, key)];
    const rows = tableRows(child, `${key}.`, false);
    const isThere = required || child.default !== undefined;
    return isThere ? rows : rows.map((row) => ({ ...row, required: false }));
  });
}

/** Keys of a section that may be null, or that may stand for an entry of a list. */
function inner(node: SchemaNode, key: string): Row[] {
  if (node.items?.properties !== undefined) return tableRows(node.items, `${key}[].`, false);
  return isNullable(node) ? tableRows(node, `${key}.`, false) : [];
}

function rowText({ key, node, required }: Row): string {
  const cells = [
    `\`${key}\``,
    typeText(node),
    required ? '**required**' : defaultText(node),
    rangeText(node),
  ];
  return `| ${[...cells, (node.description ?? '').replaceAll('|', '\\|')].join(' | ')} |`;
}

const TYPE_WORDS: Record<string, string> = {
  integer: 'whole number',
  number: 'number',
  string: 'text',
  boolean: 'true, false',
  array: 'list',
  object: 'section',
};

function typeText(node: SchemaNode): string {
  if (node.enum !== undefined) return node.enum.map((value) => `\`${value}\``).join(', ');
  const words = [node.type ?? []].flat().map((type) => TYPE_WORDS[type] ?? type);
  const items =
    node.items && node.type === 'array' ? ` of ${typeText(node.items).replace(/(text|number)$/, '$1s')}` : '';
  return `${words.join(' or ')}${items}`;
}

function defaultText(node: SchemaNode): string {
  if (node.default === undefined) return 'absent';
  return `\`${typeof node.default === 'string' ? node.default : JSON.stringify(node.default)}\``;
}

function rangeText(node: SchemaNode): string {
  const { minimum, maximum } = node;
  if (minimum !== undefined && maximum !== undefined) return `${minimum} … ${maximum}`;
  const format =
    FORMATS[(node as { format?: string }).format ?? (node.items as { format?: string })?.format ?? ''];
  const says = node['x-says'] ?? node.items?.['x-says'] ?? format?.says ?? '';
  return says.replace(/^(must be |must |is not a [^:]*: )/, '').replaceAll('|', '\\|');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

if (import.meta.main) {
  if (process.argv.includes('--write')) writeFileSync(PAGE, referencePage());
  else process.stdout.write(referencePage());
}
