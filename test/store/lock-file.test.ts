import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { tempFolder } from '../support/temp-folder.ts';

const RACER = join(import.meta.dirname, 'lock-racer.ts');
const RACERS = 4;
/** Of one whose replacing was not guarded, every tenth race had two winners on this machine. */
const RACES = 200;
const DEAD = JSON.stringify({ pid: process.pid, started: 'another-boot/1' });

const racers: ChildProcess[] = [];
afterAll(() => {
  for (const racer of racers) racer.kill('SIGKILL');
});

const wordOf = async (racer: ChildProcess) => (await once(racer, 'message'))[0] as string;

it('a dead owner’s lock is taken over by exactly one, however many find it dead at once', async () => {
  const folder = await tempFolder();
  for (let count = 0; count < RACERS; count += 1)
    racers.push(fork(RACER, { execPath: process.execPath, execArgv: [] }));
  await Promise.all(racers.map(wordOf));
  for (let race = 0; race < RACES; race += 1) {
    const path = join(folder, `${race}.lock`);
    writeFileSync(path, DEAD);
    const words = racers.map(wordOf);
    for (const racer of racers) racer.send({ path, atMs: performance.timeOrigin + performance.now() + 2 });
    expect((await Promise.all(words)).filter((word) => word === 'taken')).toHaveLength(1);
  }
  expect(readdirSync(folder)).toHaveLength(RACES);
});
