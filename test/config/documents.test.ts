import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { checkCommand } from '../../config/check-command.ts';
import { loadConfig } from '../../config/load.ts';
import { referencePage } from '../../config/reference.ts';
import { structuralChange } from '../../config/structural-change.ts';
import { tempFolder } from '../support/temp-folder.ts';

const path = (relative: string) => fileURLToPath(new URL(`../../${relative}`, import.meta.url));
const EXAMPLE = path('config/headgate.example.yaml');
const NOW_MS = Date.parse('2026-11-01T00:00:00Z');

test('docs/configuration.md is what the schema says (npm exec -- node config/reference.ts --write)', () => {
  expect(readFileSync(path('docs/configuration.md'), 'utf8')).toBe(referencePage());
});

test('the reference tells every key of the example', () => {
  const page = referencePage();
  const own = new Set([
    'eventid',
    'members',
    'platform',
    'rules',
    'http',
    'https',
    'redis',
    'gateway',
    'admin',
  ]);
  const written = readFileSync(EXAMPLE, 'utf8').matchAll(/(?<=^ *|[{,] *)([a-z][A-Za-z]+):(?= )/gm);
  const keys = [...written].map((match) => match[1]!).filter((key) => !own.has(key));
  expect(keys.length).toBeGreaterThan(60);
  expect(keys.filter((key) => !new RegExp(`[\`.]${key}[\`.]`).test(page))).toEqual([]);
});

test('the example passes without an error and without a warning', () => {
  expect(checkCommand(EXAMPLE, { json: true }, {}, NOW_MS)).toEqual({
    exitCode: 0,
    stdout: `${JSON.stringify({ ok: true, errors: [], warnings: [] }, null, 2)}\n`,
    stderr: '',
  });
});

test('check tells errors on standard error and by exit code 1, and wrong usage by 2', () => {
  const missing = checkCommand('nowhere.yaml', {}, {}, NOW_MS);
  expect(missing).toMatchObject({ exitCode: 1, stdout: '' });
  expect(missing.stderr).toBe('error: nowhere.yaml does not exist [file]\nnowhere.yaml: 1 error\n');
  expect(checkCommand(undefined, {}, {}, NOW_MS)).toMatchObject({ exitCode: 2, stdout: '' });
});

test('check tells of a maintenance that is over by its own clock, at its line', async () => {
  const file = join(await tempFolder(), 'headgate.yaml');
  const windows = `
  platform:
    maintenance:
      - { from: 2026-12-02T03:00:00Z, until: 2026-12-02T04:00:00Z }
      - { from: 2026-12-01T03:00:00Z, until: 2026-12-01T04:00:00Z }
`;
  writeFileSync(
    file,
    `upstreams: { p: { targets: ["http://a"] } }\nrooms:${windows}default: { room: platform, upstream: p }\n`,
  );
  const warnings = (nowMs: number) =>
    JSON.parse(checkCommand(file, { json: true }, {}, nowMs).stdout).warnings;
  expect(warnings(NOW_MS)).toEqual([]);
  const between = warnings(Date.parse('2026-12-01T04:00:00Z'));
  expect(between).toMatchObject([{ line: 6, rule: 'maintenance-over' }]);
  expect(between[0].message).toBe(
    `rooms.platform.maintenance[1].until: 2026-12-01T04:00:00Z is past: nobody is kept out by this window any more (${file}:6)`,
  );
});

test('the schema for editors takes the example as it is written, and asks only for what has no default', () => {
  const schema = JSON.parse(checkCommand(undefined, { schema: true }, {}, NOW_MS).stdout);
  expect(schema.required).toEqual(['upstreams', 'rooms', 'default']);
  const accepts = new Ajv({ strict: false, validateFormats: false }).compile(schema);
  expect(accepts(parse(readFileSync(EXAMPLE, 'utf8'))), JSON.stringify(accepts.errors)).toBe(true);
  expect(accepts({ upstreams: {}, rooms: {}, default: {} })).toBe(false);
});

test('a reload names the changes that hold from the next start on, and no others', () => {
  const before = loadConfig(EXAMPLE, {});
  const after = loadConfig(EXAMPLE, {
    HEADGATE_PORT: '9999',
    HEADGATE_REDIS_URL: 'redis://:pw@a:1',
    HEADGATE_DATA: '/d',
  });
  if (!before.ok || !after.ok) throw new Error('the example is wrong');
  expect(structuralChange(before.settings, before.settings)).toEqual([]);
  const limits = { ...before.settings, rooms: {}, rules: [], revision: 2, launches: [] };
  expect(structuralChange(before.settings, limits)).toEqual([]);
  const changes = structuralChange(before.settings, after.settings);
  expect(changes.map((change) => change.path)).toEqual([
    'listen.gateway.port',
    'store.kind',
    'store.url',
    'keys.path',
    'dataPath',
  ]);
  expect(changes[0]!.message).toBe(
    'listen.gateway.port changed (8080 → 9999): it takes effect at the next start',
  );
  expect(changes.map(({ message }) => message).join()).not.toContain('pw@');
});
