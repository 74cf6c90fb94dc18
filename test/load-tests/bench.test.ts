/** The benchmark: wrong words are refused, nobody is left out of the comparison in silence, and nothing stays behind. */
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inTurns, mediansOf } from '../../load-tests/bench/contest.ts';
import { benchAsked, readBenchArguments } from '../../load-tests/bench/options.ts';
import { benchSvg } from '../../load-tests/bench/picture.ts';
import { processTree, treeCpuSeconds } from '../../load-tests/bench/process-tree.ts';
import { type BenchReport, reportText } from '../../load-tests/bench/report.ts';
import { startChild, startProgram } from '../../load-tests/child-process.ts';
import { tempFolder } from '../support/temp-folder.ts';

const MAIN = 'load-tests/bench/main.ts';

const REPORT: BenchReport = {
  ...{ machine: 'a <machine>', node: 'v26', commit: 'abc', rows: [] },
  comparison: [
    { work: 'forward', name: 'nginx', note: 'not installed: apt-get install nginx' },
    { work: 'forward', name: 'Headgate', cpuMicros: 40, perSecond: 9_000, note: 'with a pass' },
  ],
};

test('the picture is asked for, and has a usual place', () => {
  const asked = (...argv: string[]) => benchAsked(readBenchArguments(argv));
  expect(asked()).toMatchObject({ svg: null, runs: 5, amount: 20_000, manyJoins: 1_000_000 });
  expect(asked('--svg', '--json')).toMatchObject({ svg: 'docs/bench.svg', json: true });
  expect(asked('--svg', 'here.svg')).toMatchObject({ svg: 'here.svg' });
  expect(asked('--only', 'forward,audit')).toMatchObject({ parts: ['forward', 'audit'] });
});

test('what is no number, no part or no option is wrong usage', async () => {
  expect(benchAsked({ runs: '0' })).toContain('--runs');
  expect(benchAsked({ only: 'forward,all' })).toContain('all is none of');
  for (const words of [['--runs', 'many'], ['--fast'], ['--only', '']]) {
    expect(await startChild(MAIN, words).ended).toBe(2);
  }
});

test('contenders take turns, the order turned round every other run, and warm up first', async () => {
  const order: string[] = [];
  const contender = (name: string) => ({
    name,
    measure: async () => ({ cpu: order.push(name) }),
  });
  const measured = await inTurns('x', ['a', 'b'].map(contender), { runs: 2, progress: () => undefined });
  expect(order.join('')).toBe('ababba');
  expect(measured.get('a')).toEqual({ cpu: 6 });
  expect(mediansOf([{ cpu: 9 }, { cpu: 1 }, { cpu: 2 }])).toEqual({ cpu: 2 });
});

test('who could not be measured stands in the table and in the picture, with what to do', () => {
  expect(reportText(REPORT)).toMatch(/nginx +– +– .*not installed: apt-get install nginx/);
  const picture = benchSvg(REPORT);
  expect(picture).toContain('not installed: apt-get install nginx');
  expect(picture).toContain('<title>');
  expect(picture).toContain('a &lt;machine&gt;');
});

test('workers cost as much as their master', async () => {
  const spin =
    'const until = Date.now() + 300; while (Date.now() < until); setInterval(() => {}, 1e6); console.log("spun")';
  const nested = `require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(spin)}], { stdio: "inherit" })`;
  const master = startProgram(process.execPath, ['-e', nested]);
  await master.printed(/spun/);
  const [, worker] = processTree(master.pid);
  try {
    expect(processTree(master.pid)).toHaveLength(2);
    expect(treeCpuSeconds(master.pid)).toBeGreaterThan(treeCpuSeconds(worker as number));
  } finally {
    process.kill(worker as number, 'SIGKILL');
    await master.kill();
  }
});

test('a short run tells of every proxy, in the shape that is promised', async () => {
  const svg = join(await tempFolder(), 'bench.svg');
  const words = ['--only', 'forward', '--runs', '1', '--amount', '100', '--json', '--svg', svg];
  const run = startChild(MAIN, words);
  const [, line] = await run.printed(/^(\{.*\})$/m);
  expect([0, 1]).toContain(await run.ended);
  const report = JSON.parse(line as string) as BenchReport;
  expect(report.rows).toEqual([
    {
      ...{
        name: 'forwarded with a pass, audit and stamp on',
        unit: 'µs CPU a request',
        value: expect.any(Number),
      },
      ...{
        baselineName: 'stock @fastify/http-proxy',
        baseline: expect.any(Number),
        ratio: expect.any(Number),
      },
      ...{ goal: '≤ 0.65 ×', met: expect.any(Boolean) },
    },
  ]);
  const names = ['no proxy', 'HAProxy', 'nginx', 'stock @fastify/http-proxy', 'Headgate'];
  expect(report.comparison.map(({ name }) => name)).toEqual(names);
  expect(await readFile(svg, 'utf8')).toContain('Headgate');
});

test('Ctrl-C ends it, and nothing of it stays', async () => {
  const temporary = await tempFolder();
  const run = startChild(MAIN, ['--only', 'forward'], { TMPDIR: temporary });
  await run.printed(/warming up/);
  expect(readdirSync(temporary)).not.toEqual([]);
  const tree = processTree(run.pid);
  expect(await run.kill('SIGINT')).toBe(130);
  expect(readdirSync(temporary)).toEqual([]);
  expect(tree.filter((pid) => pid !== run.pid && isAlive(pid))).toEqual([]);
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
