/** A rehearsal on a target of one's own: a demo platform that agrees, without a gate. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { startChild } from '../../load-tests/child-process.ts';
import type { CapacityReport } from '../../load-tests/rehearse/capacity/words.ts';
import type { RehearsalReport } from '../../load-tests/rehearse/report-words.ts';
import { cleanUpLater } from '../support/clean-up.ts';
import { headgate } from '../support/command-line.ts';
import { type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts';
import { tempFolder } from '../support/temp-folder.ts';

const TOKEN = 'we-agree-4711';

let folder: string;
let config: string;
let platform: PlatformProcess;
beforeAll(async () => {
  folder = await tempFolder();
  platform = await startPlatformProcess({ integrated: true, args: ['--rehearsal-token', TOKEN] });
  config = join(folder, 'headgate.yaml');
  const addresses = ['https://register.example.com/ereg/newreg.php?eventid=4711'];
  const launch = { name: 'summit', room: 'event-4711', opensAt: '2030-12-01T15:00:00Z', addresses };
  const stats = `${platform.url}/_platform/stats`;
  await writeFile(
    config,
    JSON.stringify({
      upstreams: { platform: { targets: [platform.url] } },
      rooms: { 'event-{eventid}': {}, platform: {} },
      rules: [
        {
          name: 'registration',
          match: { path: '/ereg/*', query: { eventid: '{eventid}' } },
          room: 'event-{eventid}',
        },
      ],
      default: { room: 'platform', upstream: 'platform' },
      launches: [launch],
      rehearsal: { targets: { staging: { url: platform.url, token: TOKEN, stats } } },
    }),
  );
});

const options = (...more: string[]) => [
  ...['rehearse', '--config', config, '--target', 'staging', '--launch', 'summit'],
  ...['--visitors', '10', ...more],
];

describe('a rehearsal on a target', () => {
  it('sends the visitors there, and sees what the platform’s books tell', async () => {
    const out = join(folder, 'report.json');
    const html = join(folder, 'report.html');
    const more = ['--compress', '60', '--json', '--out', out, '--html', html];
    const { code, stdout, stderr } = await headgate(options(...more), { HEADGATE_DATA: folder });
    const report: RehearsalReport = JSON.parse(stdout);
    expect(report).toMatchObject({ target: 'staging', launch: 'summit', endedEarly: null, compress: 60 });
    expect(code).toBe(report.verdict === 'held' ? 0 : 1);
    expect(report.figures['visitors.came']).toBe(10);
    expect((await platform.stats()).byHost).toHaveProperty('127.0.0.1');
    expect(report.checks.find(({ name }) => name === 'platform-failures')).toMatchObject({
      held: true,
      seen: 0,
    });
    expect(report.series.of['inside.visitors']?.some((value) => value !== null)).toBe(true);
    // No admin API was named: what it alone tells was not seen, and is no zero.
    expect(report.series.of['gate.unqueuedShare']?.every((value) => value === null) ?? true).toBe(true);
    expect(stderr).toContain('so far all holds');
    expect(JSON.parse(await readFile(out, 'utf8'))).toEqual(report);
    expect(await readFile(html, 'utf8')).toContain('<!doctype html>');
    expect(await readdir(join(folder, 'rehearsals', 'launch-summit'))).toHaveLength(1);
  });

  it('ends cleanly at Ctrl-C, with a report of what was played', async () => {
    const child = startChild('gateway/main.ts', options('--json'), { HEADGATE_DATA: join(folder, 'other') });
    await child.printed(/findings/);
    child.signal('SIGINT');
    expect(await child.ended).toBe(1);
    const report = JSON.parse(child.output().slice(child.output().indexOf('\n{') + 1));
    expect(report).toMatchObject({ verdict: 'failed', endedEarly: 'it was interrupted' });
  });

  it('says so where its admin API cannot be asked, and sends no visitor', async () => {
    const before = (await platform.stats()).requests;
    const written = JSON.parse(await readFile(config, 'utf8'));
    written.rehearsal.targets.staging.admin = 'http://127.0.0.1:9';
    const other = join(folder, 'admin.yaml');
    await writeFile(other, JSON.stringify(written));
    const ended = await headgate(options('--config', other), { HEADGATE_ADMIN_TOKEN: 'nobody' });
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('the admin API of target staging did not begin a rehearsal');
    expect((await platform.stats()).requests - before).toBeLessThanOrEqual(1);
  });

  it('does nothing to it: a scenario with moments is refused before anything is asked', async () => {
    const before = (await platform.stats()).requests;
    const moments = [
      { at: 1, says: 'the room is closed', api: { path: '/v1/rooms/event-4711/end', body: { reason: 'x' } } },
    ];
    const group = {
      addresses: ['http://register.example.com/'],
      arrive: { shape: 'step', perMinute: 60 },
      fillsForm: false,
    };
    const scenario = join(folder, 'closed.yaml');
    const failures = { figure: 'visitors.failedShare', atMost: 0 };
    await writeFile(
      scenario,
      JSON.stringify({
        ...{ title: 'Closed', seconds: 5, visitors: { comers: group }, moments },
        expect: { failures },
      }),
    );
    const ended = await headgate(['rehearse', scenario, '--config', config, '--target', 'staging']);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toContain('closed has moments (“the room is closed”)');
    expect((await platform.stats()).requests).toBe(before);
  });

  it.each([
    ['has no such page', 404, {}, 'addresses-lead-there'],
    ['is answered by no gate', 404, {}, 'through-the-line'],
    ['goes around the line', 404, { 'headgate-state': 'bypassed' }, 'through-the-line'],
    ['lets nobody in', 503, { 'headgate-state': 'paused', 'retry-after': '2' }, 'let-in'],
    [
      'leads to another host',
      301,
      { location: 'https://elsewhere.example.com/ereg' },
      'addresses-lead-there',
    ],
  ])('does not hold where an address %s', async (_what, status, headers, named) => {
    const server = createServer((request, response) => {
      const isQuestion = request.url === '/.well-known/headgate-rehearsal';
      response.writeHead(isQuestion ? 200 : status, isQuestion ? {} : headers).end(isQuestion ? TOKEN : '');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanUpLater(() => server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const written = JSON.parse(await readFile(config, 'utf8'));
    written.rehearsal = { targets: { staging: { url, token: TOKEN } } };
    const other = join(folder, `${named}-${status}.yaml`);
    await writeFile(other, JSON.stringify(written));
    const { code, stdout } = await headgate(options('--config', other, '--compress', '100', '--json'), {
      HEADGATE_DATA: folder,
    });
    const { checks, figures }: RehearsalReport = JSON.parse(stdout);
    expect(code).toBe(1);
    expect(figures['visitors.registered']).toBe(0);
    expect(checks.filter(({ held }) => held !== true).map(({ name }) => name)).toContain(named);
  });

  it('ends by itself where the target suffers', async () => {
    const server = createServer((request, response) => {
      const isQuestion = request.url === '/.well-known/headgate-rehearsal';
      response.writeHead(isQuestion ? 200 : 500).end(isQuestion ? TOKEN : 'out of order');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanUpLater(() => server.close());
    const written = JSON.parse(await readFile(config, 'utf8'));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    written.rehearsal = {
      targets: { staging: { url, token: TOKEN } },
      abort: { errorShare: 0.2, overSeconds: 1 },
    };
    const other = join(folder, 'suffering.yaml');
    await writeFile(other, JSON.stringify(written));
    const { code, stdout } = await headgate(options('--config', other, '--compress', '20', '--json'), {
      HEADGATE_DATA: folder,
    });
    expect(code).toBe(1);
    const report: RehearsalReport = JSON.parse(stdout);
    expect(report.endedEarly).toMatch(
      /^the target failed 100 % of the requests, and more than .*\(20 %\) for 1 s$/,
    );
  });
});

describe('the search for a target’s capacity', () => {
  it('never sends more than the target allows, whatever it finds', async () => {
    const written = JSON.parse(await readFile(config, 'utf8'));
    written.rehearsal.targets.staging.mostPerSecond = 40;
    const other = join(folder, 'bounded.yaml');
    await writeFile(other, JSON.stringify(written));
    await platform.reset();
    const { code, stdout } = await headgate(options('--config', other, '--find-capacity', '--json'));
    const { outcome, tookSeconds, proposal }: CapacityReport = JSON.parse(stdout);
    // On a machine without time to spare the platform may seem to bend below the ceiling.
    expect(code).toBe(outcome === 'found' ? 0 : 1);
    expect((await platform.stats()).requests).toBeLessThanOrEqual(40 * tookSeconds + 2);
    if (outcome !== 'invalid') expect(proposal?.yaml).toContain('admissionsPerMinute');
  });
});
