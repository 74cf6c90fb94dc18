/** `headgate rehearse` at its edges: what is wrong is told with what is right, and ends with 2. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { judgeSize } from '../../load-tests/rehearse/command/bounded.ts';
import { wrongUse } from '../../load-tests/rehearse/command/typed.ts';
import { platformOf, wavesOf } from '../../load-tests/rehearse/command/values.ts';
import { tryPath } from '../../load-tests/rehearse/command/whole-file.ts';
import { readScenario } from '../../load-tests/rehearse/scenario/read-scenario.ts';
import { headgate } from '../support/command-line.ts';
import { tempFolder } from '../support/temp-folder.ts';

let folder: string;
let config: string;
beforeAll(async () => {
  folder = await tempFolder();
  config = join(folder, 'headgate.yaml');
  const launch = { name: 'summit', room: 'a', opensAt: '2030-12-01T15:00:00Z' };
  await writeFile(
    config,
    JSON.stringify({
      upstreams: { platform: { targets: ['http://127.0.0.1:9'] } },
      rooms: { a: {} },
      default: { room: 'a', upstream: 'platform' },
      launches: [launch],
    }),
  );
});

describe('wrong usage ends with 2, and says what is right', () => {
  it.each([
    [['--visitors', '0'], 'It must be a whole number from 1 to 100000.'],
    [['--compress', '0.05'], 'It must be a number from 0.1 to 100.'],
    [['--compress', '101'], 'It must be a number from 0.1 to 100.'],
    [['--compress', 'fast'], 'It must be a number from 0.1 to 100.'],
    [['--seed', '-1'], 'It must be a whole number from 0 to 4294967295.'],
    [['--form', 'right'], 'Allowed choices are as-it-happened, mended.'],
    [['--mended', '--as-it-happened'], 'name one of --as-it-happened and --mended'],
    [['--dry', '--find-capacity'], 'name one of --dry and --find-capacity'],
    [['--invited', '100'], '--invited tells how many were invited: say --forecast, too'],
    [
      ['--platform', '{"queryMs":20}'],
      '--platform sets the demo platform whose capacity is looked for: say --find-capacity, too',
    ],
    [['--find-capacity', '--platform', '{"querys":1}'], 'It must be JSON such as'],
    [['agust-2018'], 'did you mean "august-2018"?\nheadgate rehearse --list tells all of them'],
    [['--target', 'staging'], '--target needs the configuration that names it under rehearsal.targets'],
    [['--launch', 'summit'], '--launch needs the configuration that has it'],
    [['a', 'b'], 'Expected 1 argument but got 2'],
    [['--faster'], "unknown option '--faster'"],
  ])('%j', async (args, sentence) => {
    const { code, stdout, stderr } = await headgate(['rehearse', ...args], { HEADGATE_CONFIG: '' });
    expect(stderr).toContain(sentence);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it.each([
    [['--launch', 'sumit'], 'has no launch "sumit"; did you mean "summit"?'],
    [['--launch', 'summit'], 'launch "summit" has no addresses that visitors could come to'],
    [['--target', 'staging'], 'rehearsal.targets; it names no target at all'],
    [['--compare', 'nowhere.json'], '--compare must name a report of a rehearsal as JSON'],
  ])('with a configuration: %j', async (args, sentence) => {
    const { code, stdout, stderr } = await headgate(['rehearse', '--config', config, ...args]);
    expect(stderr).toContain(sentence);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('a configuration that cannot be read is told with its place', async () => {
    const wrong = join(folder, 'wrong.yaml');
    await writeFile(wrong, 'rooms: { a: { limits: { sessions: -5 } } }\n');
    const { code, stderr } = await headgate(['rehearse', '--config', wrong, '--dry']);
    expect(code).toBe(2);
    expect(stderr).toContain(`(${wrong}:1)`);
  });
});

describe('what needs no stage', () => {
  it('--list tells the built-in scenarios and their forms', async () => {
    const { code, stdout } = await headgate(['rehearse', '--list']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^august-2018 .*\(as-it-happened, mended\)$/m);
    expect(stdout).toMatch(/^launch /m);
    const documented = await headgate(['rehearse', '--list', '--json']);
    expect(JSON.parse(documented.stdout)).toContainEqual(
      expect.objectContaining({ name: 'august-2018', forms: ['as-it-happened', 'mended'] }),
    );
  });

  it('--schema prints a JSON Schema', async () => {
    const { code, stdout } = await headgate(['rehearse', '--schema']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toHaveProperty('properties.visitors');
  });

  it('--dry foresees the demo’s load', async () => {
    const { code, stdout } = await headgate(['rehearse', '--dry', '--visitors', '50', '--json']);
    expect(code).toBe(0);
    const dry = JSON.parse(stdout);
    expect(dry).toMatchObject({ scenario: 'launch', target: 'demo', visitors: 50, mostPerSecond: null });
  });
});

describe('a pipe whose reader has gone', () => {
  it('is no failure', async () => {
    const child = spawn(process.execPath, ['gateway/main.ts', 'rehearse', '--list'], { stdio: 'pipe' });
    child.stdout.destroy();
    const [code] = await once(child, 'exit');
    expect({ code, stderr: String(child.stderr.read() ?? '') }).toEqual({ code: 0, stderr: '' });
  });
});

describe('a file that cannot be written', () => {
  it.each([
    ['--forecast', '--out'],
    ['--forecast', '--html'],
    ['--find-capacity', '--out'],
    ['--json', '--html'],
  ])('is told before anything is reckoned or sent: %s %s', async (what, option) => {
    await writeFile(join(folder, 'a-file'), '');
    for (const path of ['', '/proc/nowhere/report', '/dev/null', folder, join(folder, 'a-file', 'report')]) {
      const { code, stdout, stderr } = await headgate(['rehearse', what, option, path]);
      expect(stderr).toContain(`${option} must name a file that can be written; ${path}: `);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    }
  });

  it('leaves nothing behind where it can', async () => {
    const path = join(folder, 'new', 'folder', 'report.json');
    await tryPath(path);
    expect(await readdir(join(folder, 'new', 'folder'))).toEqual([]);
  });
});

describe('more visitors than can be played', () => {
  const groupOf = (perMinute: number) => {
    const { groups, name } = readScenario('launch');
    const arrivals = { shape: 'step' as const, fromSeconds: 0, untilSeconds: 60, perMinute };
    return { name, groups: [{ ...groups[0]!, arrivals }] };
  };

  it('are told before a single one is planned, by what is done with them', () => {
    const asked = (perMinute: number, typed: object) => () => judgeSize(groupOf(perMinute), typed);
    expect(asked(100_000, {})).not.toThrow();
    expect(asked(100_001, {})).toThrow('100,001 visitors, at most 100,000 can be played');
    expect(asked(100_001, {})).toThrow('--visitors 100000');
    expect(asked(5_000_000, { visitors: 500 })).not.toThrow();
    expect(asked(1e9, { visitors: 500 })).toThrow('at most 5,000,000 can be reckoned with');
    expect(asked(1e9, { forecast: true })).toThrow('at most 5,000,000 can be reckoned with');
  });

  it.each([[[]], [['--dry']], [['--forecast']], [['--visitors', '50']]])(
    'of a launch end with 2: %j',
    async (more) => {
      const huge = join(folder, 'huge.yaml');
      const written = JSON.parse(await readFile(config, 'utf8'));
      const addresses = ['https://register.example.com/ereg/newreg.php?eventid=4711'];
      const [launch] = written.launches;
      const launches = [{ ...launch, addresses, expectedPeakPerMinute: 1_000_000_000 }];
      await writeFile(huge, JSON.stringify({ ...written, launches }));
      const args = ['rehearse', '--config', huge, '--launch', 'summit', ...more];
      const { code, stdout, stderr } = await headgate(args);
      expect(stderr).toContain('launch-summit tells of 2,000,000,000 visitors');
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    },
  );
});

describe('options', () => {
  it('that go together are no wrong use', () => {
    expect(wrongUse({ seed: 1, mended: true, json: true, html: 'a.html', visitors: 5 })).toBeNull();
    expect(wrongUse({ seed: 1, forecast: true, invited: 10, waves: [] })).toBeNull();
  });

  it('that say the same twice are', () => {
    expect(wrongUse({ seed: 1, forecast: true, invited: 10, log: 'a.log' })).toBe(
      'name one of --invited and --log: a log tells who came',
    );
    expect(wrongUse({ seed: 1, findCapacity: true, platform: { queryMs: 1 }, target: 'a' })).toBe(
      'name one of --platform and --target: a target is as it is, only the demo platform can be set',
    );
  });

  it('that a search for capacity, a dry run or a forecast would not heed are refused', () => {
    for (const [option, value] of Object.entries({ html: 'a', compare: 'a', compress: 2 }))
      expect(wrongUse({ seed: 1, findCapacity: true, [option]: value })).toMatch(
        `name one of --${option} and --find-capacity: `,
      );
    for (const option of ['html', 'out', 'compare'])
      expect(wrongUse({ seed: 1, dry: true, [option]: 'a' })).toMatch(`name one of --${option} and --dry: `);
    expect(wrongUse({ seed: 1, forecast: true, compare: 'a' })).toMatch('--compare and --forecast: ');
    expect(wrongUse({ seed: 1, findCapacity: true, out: 'a', json: true })).toBeNull();
  });

  it('waves have times and readers', () => {
    expect(wavesOf('0:15000,30m:5000, 2h:1')).toEqual([
      { atSeconds: 0, readers: 15_000 },
      { atSeconds: 1_800, readers: 5_000 },
      { atSeconds: 7_200, readers: 1 },
    ]);
    for (const wrong of ['', '5', 'x:5', '0:0', '0:5,', '0:5;1:5'])
      expect(() => wavesOf(wrong)).toThrow('time');
  });

  it('a platform is set by whole connections and a time', () => {
    expect(platformOf('{"databaseConnections":10,"queryMs":2.5}')).toEqual({
      databaseConnections: 10,
      queryMs: 2.5,
    });
    for (const wrong of [
      '',
      '[]',
      '{"databaseConnections":0}',
      '{"databaseConnections":1.5}',
      '{"queryMs":0}',
      '{"queryMs":"5"}',
    ])
      expect(() => platformOf(wrong)).toThrow('JSON');
  });
});
