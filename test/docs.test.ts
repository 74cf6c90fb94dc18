/** The documents keep their word: links lead somewhere, and the addresses that they name are there, with the parameters that they name. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { FindingShape } from '../admin/coverage/schemas.ts';
import type { DriftKind } from '../admin/drift/words.ts';
import { operationsOf } from './admin/support/open-api.ts';
import { OWN_ROOM } from './admin/support/role-table.ts';
import { wholeApi } from './admin/support/whole-api.ts';

const ROOT = join(import.meta.dirname, '..');
/** A record, so that a new kind must be written here. */
const DRIFT_KINDS = Object.keys({
  ...{ 'revision-differs': 1, 'revision-refused': 1, 'gateway-silent': 1, 'file-differs': 1 },
  ...{ 'pin-contradicted': 1, 'file-unreadable': 1, 'pin-without-place': 1, 'build-differs': 1 },
  ...{ 'clock-off': 1, 'keys-lacking': 1, 'keys-differ': 1, 'link-lost': 1 },
} satisfies Record<DriftKind, 1>);
const DOCUMENTS = globSync(['*.md', 'docs/*.md', 'admin/**/README.md'], { cwd: ROOT });
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

/** As GitHub makes them of headings. */
function anchorsOf(file: string): Set<string> {
  const headings = [...read(file).matchAll(/^#+ (.+)$/gm)].map(([, text]) => text as string);
  return new Set(
    headings.map((text) =>
      text
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\-_ ]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

function brokenLinks(file: string): string[] {
  const text = read(file).replaceAll(/```[\s\S]*?```/g, '');
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link as string);
  return links.filter((link) => !/^https?:/.test(link)).filter((link) => !leads(file, link));
}

function leads(file: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? file : join(dirname(file), path);
  if (!existsSync(join(ROOT, target))) return false;
  return anchor === undefined || anchorsOf(target).has(anchor);
}

test.each(DOCUMENTS)('%s: every link leads somewhere', (file) => expect(brokenLinks(file)).toEqual([]));

test('every document is found from the README', () => {
  const readme = read('README.md');
  for (const file of globSync('docs/*.md', { cwd: ROOT })) expect(readme).toContain(`(${file})`);
});

test('every address of the admin API that a document names is there, with its parameters', async () => {
  const stage = await wholeApi();
  const operations = operationsOf(await (await fetch(`${stage.url}/openapi.json`)).json());
  const NAMED = /\b(GET|POST|PATCH|DELETE)\s+(\/v1\/[a-z/<>n-]+)(?:\?([\w=&<>…|.-]+))?/g;
  const named = DOCUMENTS.flatMap((file) =>
    [...read(file).matchAll(NAMED)].map(([whole, method, path, query = '']) => ({
      file,
      whole,
      method,
      path: new RegExp(`^${(path as string).replaceAll(/<[a-z]+>/g, '\\{\\w+\\}').replace(/\/$/, '')}$`),
      query: [...query.matchAll(/([a-zA-Z]+)=/g)].map(([, key]) => key as string),
    })),
  );
  expect(named.length).toBeGreaterThan(30);
  const wrong = named.filter(({ method, path, query, whole }) => {
    if (whole.endsWith('/v1/events')) return false;
    const found = operations.find((one) => one.method === method && path.test(one.path));
    const keys = found?.parameters.filter((one) => one.in === 'query').map(({ name }) => name);
    return keys === undefined || query.some((key) => !keys.includes(key));
  });
  expect(wrong.map(({ file, whole }) => `${file}: ${whole}`)).toEqual([]);
});

test('docs/operating.md tells of every finding, every drift and every item of readiness what to do', async () => {
  const operating = read('docs/operating.md');
  const stage = await wholeApi();
  const path = `/v1/launches/${OWN_ROOM}/readiness`;
  const readiness = (await (await stage.ask('GET', path, { token: stage.tokenOf('viewer') })).json()) as {
    items: { name: string }[];
  };
  const findings = (FindingShape.properties.kind as unknown as { enum: string[] }).enum;
  const names = [...findings, ...DRIFT_KINDS, ...readiness.items.map(({ name }) => name)];
  expect(names.length).toBeGreaterThan(25);
  expect(names.filter((name) => !operating.includes(`| \`${name}\` `))).toEqual([]);
});

test('docs/operating.md tells of every metric, and of every kind of decision', () => {
  const operating = read('docs/operating.md');
  const sources = globSync(['gateway/**/*.ts', 'admin/**/*.ts'], { cwd: ROOT }).map(read);
  const metrics = new Set(sources.flatMap((text) => text.match(/(?<=')headgate_[a-z_]+(?=')/g) ?? []));
  expect(metrics.size).toBeGreaterThan(35);
  expect([...metrics].filter((name) => !new RegExp(`\`${name}\\b`).test(operating))).toEqual([]);
  const kinds = `engage disengage factor isolate in-flight distress recovered signal leak crowded
    eject readmit store-lost store-found`.split(/\s+/);
  const rows = operating.split('### Decisions')[1]?.split('\n## ')[0] ?? '';
  expect(kinds.filter((kind) => !rows.includes(`\`${kind}\``))).toEqual([]);
});
