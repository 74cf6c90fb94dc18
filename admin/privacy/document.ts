/** `node admin/privacy/document.ts [--write]`: the inventory as docs/privacy.md. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { INVENTORY } from './inventory.ts';
import { type InventoryEntry, SECTIONS, type Section } from './words.ts';

const FILE = fileURLToPath(new URL('../../docs/privacy.md', import.meta.url));

const HEAD = `# Privacy

What Headgate stores, and what it tells others: every field, what for, and for how long. Made from \`admin/privacy/\` by
\`node admin/privacy/document.ts --write\`; a test compares it with the tables, keys, files, tokens and log lines of a real run.

- **No client address, e-mail, cookie or query value** is stored or sent out of the process, but what a rule captures for a room's name (\`eventid\`).
- **Nothing is stored of who waits.** A visitor's browser carries the ticket; the store has two counters.
- Whoever is inside has a random id, until the session and its grace are over, and until the ticket expires.
- Client networks are known by keyed tags alone: told only where an observer sees requests that came around the gate, and, for the price of a place, in a
  gateway’s memory, under a key that is drawn at its start and never leaves it.
- Names of staff are in the audit log, and stay there.
- An address is used while a request is in flight: to match \`networks\` of rules, to tell the platform (\`x-forwarded-for\`), and, where
  \`passes.bind\` says so, in a keyed digest within the visitor's own pass.

**Personal** below means: can be about one person, staff included, or be tied to one.
`;

export function privacyDocument(): string {
  const sections = (Object.keys(SECTIONS) as Section[]).map((section) => sectionText(section));
  return [HEAD, ...sections].join('\n');
}

function sectionText(section: Section): string {
  const entries = INVENTORY.filter((entry) => entry.section === section);
  const places = [...new Set(entries.map(({ where }) => where))];
  const texts =
    section === 'file'
      ? [table(entries, ({ where }) => where)]
      : places.map((where) => placeText(entries, where));
  return [`## ${SECTIONS[section]}`, '', ...texts].join('\n');
}

function placeText(entries: readonly InventoryEntry[], where: string): string {
  return [
    `### ${where.replace(/</g, '\\<')}`,
    '',
    table(
      entries.filter((entry) => entry.where === where),
      ({ field }) => field,
    ),
  ].join('\n');
}

function table(entries: readonly InventoryEntry[], name: (entry: InventoryEntry) => string): string {
  const rows = entries.map((entry) => {
    const personal = entry.personal ? `**yes**: ${entry.why}` : `no: ${entry.why}`;
    return `| ${[`\`${name(entry)}\``, entry.purpose, entry.retention, personal].map(cell).join(' | ')} |`;
  });
  return ['| field | what for | kept | personal |', '| --- | --- | --- | --- |', ...rows, ''].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--write')) writeFileSync(FILE, privacyDocument());
  else process.stdout.write(privacyDocument());
}
