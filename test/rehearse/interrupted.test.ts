/** Ctrl-C at a terminal reaches every process of the group at once: the demo must outlive it, so that what was played can still be told. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startProgram } from '../../load-tests/child-process.ts';
import type { RehearsalReport } from '../../load-tests/rehearse/report-words.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** Tells which processes came of the command. */
const TAG = 'INTERRUPTED_TEST';

it('a demo that is interrupted tells what was played, and leaves no process', async () => {
  const folder = await tempFolder();
  const out = join(folder, 'report.json');
  const args = ['gateway/main.ts', 'rehearse', 'launch', '--visitors', '20', '--compress', '6', '--out', out];
  // A real deployment's settings, which must not reach the demo.
  const env = {
    HEADGATE_DATA: folder,
    [TAG]: folder,
    HEADGATE_REDIS_URL: 'redis://127.0.0.1:9',
    HEADGATE_CONFIG: 'nowhere.yaml',
  };
  const command = startProgram(process.execPath, args, env, undefined, 'own');
  await command.printed(/[01]:\d\d of 6:00 .* arrivals [1-9]/);
  // To the whole group, as a terminal does.
  process.kill(-command.pid, 'SIGINT');
  expect(await command.ended).toBe(1);
  const report = JSON.parse(await readFile(out, 'utf8')) as RehearsalReport;
  expect(report).toMatchObject({ verdict: expect.any(String), endedEarly: 'it was interrupted' });
  expect(report.figures['laws.lostPlaces']).toBe(0);
  expect(report.figures['drift.reported']).not.toBeNull();
  expect(await descendantsIn(folder, command.pid)).toEqual([]);
});

/** Processes of this machine that were started with the folder as their data, or by the command. */
async function descendantsIn(folder: string, pid: number): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const told = await Promise.all(
    pids.map(async (name) => {
      const environment = await readFile(`/proc/${name}/environ`, 'utf8').catch(() => '');
      return Number(name) !== pid && environment.includes(`${TAG}=${folder}`) ? name : null;
    }),
  );
  return told.filter((name) => name !== null);
}
