/** The observer as it is published: it stands alone, needs nothing, and runs where Node strips no types. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { startProgram } from '../../../load-tests/child-process.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { newObserver } from './support.ts';

const FOLDER = join(import.meta.dirname, '../../../admin/observer');
/** A project that installed it. */
let project: string;
let files: string[];

async function run(command: string, args: readonly string[], folder: string): Promise<string> {
  const child = startProgram(command, args, {}, folder);
  const code = await child.ended;
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${child.output()}`);
  return child.output();
}

beforeAll(async () => {
  project = await tempFolder();
  await run('npm', ['pack', '--offline', '--pack-destination', project], FOLDER);
  const installed = join(project, 'node_modules/@headgate/observer');
  await mkdir(installed, { recursive: true });
  await run(
    'tar',
    ['-xzf', join(project, 'headgate-observer-1.0.0.tgz'), '-C', installed, '--strip-components=1'],
    project,
  );
  await writeFile(join(project, 'package.json'), '{ "type": "module" }');
  files = (await run('find', ['.', '-type', 'f'], installed)).trim().split('\n').toSorted();
});

async function manifest(): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(join(FOLDER, 'package.json'), 'utf8'));
}

test('it has no dependencies, and imports nothing but its own files and Node', async () => {
  expect(Object.keys(await manifest()).filter((field) => /dependencies$/i.test(field))).toEqual([]);
  for (const file of files.filter((name) => name.endsWith('.js'))) {
    const source = await readFile(join(FOLDER, file), 'utf8');
    const imported = [...source.matchAll(/\bfrom\s+'([^']+)'|\bimport\('([^']+)'\)/g)].map(
      (match) => match[1] ?? match[2],
    );
    for (const name of imported) expect(name).toMatch(/^(node:|\.\/[a-z-]+\.js$)/);
  }
});

test('it holds JavaScript, declarations and a README, and no TypeScript to strip', () => {
  expect(files.filter((file) => !/\.(js|d\.ts)$/.test(file))).toEqual(['./README.md', './package.json']);
  for (const file of ['./index.js', './index.d.ts', './words.d.ts']) expect(files).toContain(file);
});

test('it tells the version that it is published as', async () => {
  expect(newObserver().figures().version).toBe((await manifest()).version);
});

test('plain Node imports it by its name, and it judges', async () => {
  await writeFile(
    join(project, 'main.js'),
    `import { createObserver, pathShape } from '@headgate/observer';
     const observer = createObserver({ stampKeys: [{ kid: 'k', k: '${'A'.repeat(43)}' }], refuse: true });
     const verdict = observer.observe({ method: 'GET', url: '/events/4711', headers: { host: 'h' } });
     console.log(JSON.stringify([verdict, pathShape('/events/4711')]));`,
  );
  const output = await run(process.execPath, ['main.js'], project);
  expect(JSON.parse(output)).toEqual([
    { kind: 'unstamped', wrong: null, room: null, isRefused: true },
    '/events/{id}',
  ]);
});

test('its declarations fit Fastify, Express and Connect, without a project’s own settings', async () => {
  await writeFile(
    join(project, 'use.ts'),
    `import connect from 'connect';
     import express from 'express';
     import fastify from 'fastify';
     import { createObserver, type Verdict } from '@headgate/observer';
     import type { Observation } from '@headgate/observer/words';
     const observer = createObserver({ stampKeys: './keys', jwksUrl: 'https://x/jwks.json', trustProxy: 1 });
     express().use(observer.middleware);
     connect().use(observer.middleware);
     await fastify().register(observer.fastify);
     const told: Observation = observer.figures();
     const verdict: Verdict | null = null;
     console.log(told, verdict);`,
  );
  const modules = join(import.meta.dirname, '../../../node_modules');
  for (const name of ['connect', 'express', 'fastify', '@types'])
    await run('ln', ['-s', join(modules, name), join(project, 'node_modules', name)], project);
  const tsc = join(modules, 'typescript/bin/tsc');
  const settings = [
    '--module',
    'nodenext',
    '--target',
    'esnext',
    '--strict',
    '--skipLibCheck',
    '--types',
    'node',
  ];
  await run(process.execPath, [tsc, '--noEmit', ...settings, 'use.ts'], project);
});
