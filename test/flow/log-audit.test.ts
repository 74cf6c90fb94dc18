/** `headgate audit` as it is typed: from a pipe, packed or not, with the exit code that a script goes by. */
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { augustLog } from '../admin/log-audit/august.ts';
import { CONFIG } from '../admin/log-audit/stage.ts';
import { headgate } from '../support/command-line.ts';
import { tempFolder } from '../support/temp-folder.ts';

async function piped(bytes: Buffer, args: readonly string[]) {
  const child = spawn(process.execPath, ['gateway/main.ts', 'audit', '-', ...args]);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.stdin.end(bytes);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await ended, stdout, stderr };
}

test('a packed log from a pipe, one document on standard output, exit 1 for findings', async () => {
  const config = join(await tempFolder(), 'headgate.yaml');
  await writeFile(config, CONFIG);
  const { code, stdout, stderr } = await piped(gzipSync(augustLog(2_000).join('\n')), [
    '--config',
    config,
    '--json',
  ]);
  expect([code, stderr]).toEqual([1, '']);
  expect(JSON.parse(stdout)).toMatchObject({
    ok: false,
    verdict: 'findings',
    requests: 2_000,
    logs: [{ file: '-' }],
  });
});

test('a pipe whose writer is slower than the reader is waited for', async () => {
  const config = join(await tempFolder(), 'headgate.yaml');
  await writeFile(config, CONFIG);
  const child = spawn(process.execPath, ['gateway/main.ts', 'audit', '-', '--config', config, '--json']);
  const answer = text(child.stdout);
  const lines = augustLog(2_000);
  child.stdin.write(`${lines.slice(0, 1_000).join('\n')}\n`);
  setTimeout(() => child.stdin.end(lines.slice(1_000).join('\n')), 4_000);
  expect(JSON.parse(await answer)).toMatchObject({ verdict: 'findings', requests: 2_000 });
});

test('help shows examples; a word too many, a folder and a wrong option are wrong usage', async () => {
  const help = await headgate(['audit', '--help']);
  expect(help).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('zcat all/*.gz | headgate audit -'),
  });
  expect((await headgate(['audit', 'x.log', '--nope'])).code).toBe(2);
  const folder = await headgate(['audit', 'test', '--config', 'config/headgate.example.yaml']);
  expect(folder).toMatchObject({ code: 2, stderr: expect.stringContaining('test cannot be read') });
});
