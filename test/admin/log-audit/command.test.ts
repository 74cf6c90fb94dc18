/** Laws of `headgate audit`: it finds in a log what a live gate would have found, says so first, and tells nothing of any visitor. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../../config/load.ts';
import { createAuditJudge } from '../../../gateway/audit-judge.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { augustLog } from './august.ts';
import { audit, auditFiles, CONFIG, lineOf, START_MS } from './stage.ts';

describe('August 2018', () => {
  test('both uncovered addresses are found, with their shares, and a rule for each that mends it', async () => {
    const { exitCode, report } = await audit(augustLog(), { json: true });
    const { findings, verdict, requests } = report();
    expect([exitCode, verdict, requests]).toEqual([1, 'findings', 6_000]);
    const found = findings.map(({ kind, room, evidence }) => [kind, room, evidence.host, evidence.pathShape]);
    expect(found).toEqual([
      ['event-outside-room', 'event-4711', 'm.example.com', '/mobile/register'],
      ['event-outside-room', 'event-4711', 'tickets.example.org', '/buy/{id}'],
    ]);
    expect(findings[0]!.evidence.share).toBeCloseTo(0.3, 2);
    expect(findings[1]!.evidence.share).toBeCloseTo(0.25, 2);
    const mended = await audit(augustLog(), { json: true }, findings[0]!.proposedRule!.config);
    expect(mended.report().findings.map(({ evidence }) => evidence.host)).not.toContain('m.example.com');
  });

  test('a surge of ten minutes is found in a day of other traffic', async () => {
    const day = Array.from({ length: 20_000 }, (_, index) =>
      lineOf({ host: 'www.example.com', target: `/news/${index % 50}`, atMs: START_MS + index * 4_000 }),
    );
    const surge = augustLog(2_000, 300);
    const { report } = await audit([...day, ...surge], { json: true });
    const mobile = report().findings.find(({ evidence }) => evidence.host === 'm.example.com')!;
    expect(mobile.evidence.share).toBeLessThan(0.05);
    expect(mobile.peak!.share).toBeGreaterThan(0.2);
    expect(mobile.firstSeen! >= '2026-12-01T15:00' && mobile.lastSeen! <= '2026-12-01T15:11').toBe(true);
  });

  test('of a log with stamps, what came without one is found', async () => {
    const stamp = `v1.${START_MS / 1_000}.event-4711.registration.k1.${'A'.repeat(43)}`;
    const { report } = await audit(
      augustLog(6_000, 50, (index) => (index % 10 === 0 ? '-' : stamp)),
      { json: true },
    );
    expect(report().stamps).toEqual({ stamped: 5_400, unstamped: 600 });
    expect(report().findings.find(({ kind }) => kind === 'around-the-gate')?.evidence.share).toBeCloseTo(0.1);
    expect((await audit(augustLog(), { json: true })).report().stamps).toBeNull();
  });

  test('the verdict is the first line, and the proposed rule is told', async () => {
    const html = join(await tempFolder(), 'audit.html');
    const { stdout } = await audit(augustLog(), { html });
    expect(stdout).toMatch(/^FINDINGS: Two of three addresses of event-4711/);
    expect(stdout).toContain('- name: event, m.example.com');
    expect(await readFile(html, 'utf8')).toContain('- name: event, m.example.com\n  match:\n');
  });
});

test('a log whose traffic goes where it belongs has no findings', async () => {
  const lines = augustLog().filter((line) => line.startsWith('register.'));
  const { exitCode, stdout } = await audit(lines);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^COVERED: /);
});

test('later pages of a form stay in the room of their visitor; those of strangers go to the default room', async () => {
  const page = (target: string, client: string, second: number) =>
    lineOf({ host: 'register.example.com', target, client, atMs: START_MS + second * 1_000 });
  const lines = [
    page('/ereg/newreg.php?eventid=4711', '192.0.2.1', 0),
    page('/ereg/step/2', '192.0.2.1', 30),
    page('/ereg/step/2', '192.0.2.2', 31),
    page('/ereg/step/3', '192.0.2.1', 1_000),
  ];
  const { report } = await audit(lines, { json: true });
  expect(report().rooms.map(({ room, requests }) => [room, requests])).toEqual([
    ['event-4711', 2],
    ['platform', 2],
  ]);
  expect(report().shares.stayed).toBe(0.25);
});

test('peaks are told beside the limits that they would have met', async () => {
  const lines = Array.from({ length: 200 }, (_, index) =>
    lineOf({
      host: 'register.example.com',
      target: '/ereg/newreg.php?eventid=4711',
      client: `198.51.100.${index % 100}`,
      atMs: START_MS + 60_000 + index * 290,
    }),
  );
  const { report } = await audit(lines, { json: true });
  const room = report().rooms[0]!;
  expect(room.requestsPerMinute).toEqual({ at: '2026-12-01T15:01:00.000Z', count: 200 });
  expect(room.visitors).toMatchObject({ total: 100, perMinute: { count: 100 }, atOnce: { count: 100 } });
  expect(room.limits).toMatchObject({ sessions: 50, admissionsPerMinute: 60 });
  expect(room.mostWaiting).toBe(50);
});

describe('what is read', () => {
  const one = (change = {}) => lineOf({ target: '/events', atMs: START_MS, ...change });

  test('hostile lines are counted and skipped', async () => {
    const lines = [
      one({ host: 'a.example' }),
      'x'.repeat(1_000_000),
      '\x00\xff\x16\x03',
      one({ host: 'a.example' }),
    ];
    const { report } = await audit(lines, { json: true });
    expect(report().counts).toMatchObject({ lines: 4, judged: 2, malformed: 1, tooLong: 1 });
  });

  test('a cut packed log is used as far as it goes, and said to be cut', async () => {
    const packed = gzipSync(augustLog().join('\n'));
    const { report } = await audit(packed.subarray(0, packed.length / 2), { json: true });
    expect(report().logs[0]).toMatchObject({ isPacked: true, isCut: true, format: 'vhost' });
    expect(report().requests).toBeGreaterThan(1_000);
  });

  test('several logs are one day, and times bound it', async () => {
    const folder = await tempFolder();
    const files = ['one.log', 'two.json'].map((name) => join(folder, name));
    const config = join(folder, 'headgate.yaml');
    await writeFile(config, CONFIG);
    await writeFile(
      files[0]!,
      [0, 60, 120].map((s) => one({ host: 'a.example', atMs: START_MS + s * 1_000 })).join('\n'),
    );
    await writeFile(
      files[1]!,
      JSON.stringify({
        host: 'b.example',
        time: '2026-12-01T15:00:30Z',
        request: 'GET / HTTP/1.1',
        status: 200,
      }),
    );
    const { report } = await auditFiles(files, {
      config,
      json: true,
      from: '2026-12-01T15:00:30Z',
      to: '2026-12-01 15:02',
    });
    expect([report().requests, report().counts.outsideTime, report().from]).toEqual([
      2,
      2,
      '2026-12-01T15:00:30.000Z',
    ]);
    expect(report().logs.map(({ format }) => format)).toEqual(['vhost', 'json']);
  });

  test.each([
    ['no host anywhere', [one()], {}, /no line names a host: name it by --host/],
    ['nothing readable', ['rubbish', '{'], {}, /none of the 2 lines can be read/],
    ['nothing at all', [''], {}, /the log is empty/],
    ['another day', [one({ host: 'a.example' })], { from: '2027-01-01' }, /--from and --to/],
    ['a wrong time', [one({ host: 'a.example' })], { from: 'yesterday' }, /--from "yesterday" is not a time/],
    ['a wrong format', [one({ host: 'a.example' })], { format: 'csv' }, /--format must be one of/],
    ['no configuration', [one({ host: 'a.example' })], { config: undefined }, /--config/],
    [
      'a configuration that is not there',
      [one({ host: 'a.example' })],
      { config: '/none.yaml' },
      /\/none\.yaml/,
    ],
  ])('%s: exit 2, and why', async (_, lines, typed, says) => {
    const { exitCode, stdout, stderr } = await audit(lines, typed);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(says);
  });

  test('--host stands for lines that name none, and only for them', async () => {
    const { report } = await audit([one(), one({ host: 'a.example' })], { json: true, host: 'b.example' });
    expect(
      report()
        .byAddress.map(({ host }) => host)
        .sort(),
    ).toEqual(['a.example', 'b.example']);
  });

  test('a log that is not there: exit 2', async () => {
    const config = join(await tempFolder(), 'headgate.yaml');
    await writeFile(config, CONFIG);
    const { exitCode, stderr } = await auditFiles(['/none/access.log'], { config });
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('/none/access.log')]);
  });
});

describe('privacy', () => {
  test('no client, agent, e-mail or value of a query is told, but what names a room', async () => {
    const html = join(await tempFolder(), 'audit.html');
    const lines = [
      ...augustLog(),
      lineOf({ host: 'm.example.com', target: '/user/jane@example.com/?token=s3cret', atMs: START_MS }),
    ];
    const told = await Promise.all([audit(lines, { html }), audit(lines, { json: true })]);
    const texts = [...told.map(({ stdout }) => stdout), await readFile(html, 'utf8')];
    for (const text of texts) {
      expect(text).not.toMatch(/198\.51\.|192\.0\.2|Mozilla|joe|jane|s3cret/);
      expect(text).toContain('eventid=4711');
    }
  });

  test('what a stranger wrote into the log cannot leave the page’s text or move the cursor', async () => {
    const html = join(await tempFolder(), 'audit.html');
    const evil = lineOf({
      host: 'a.example',
      target: String.raw`/<script>alert(1)</script>/\x1b[2J\x22onload=x`,
      atMs: START_MS,
    });
    const bad = lineOf({ host: '<b>evil', target: '/', atMs: START_MS });
    const { stdout } = await audit([evil, bad, ...augustLog(50)], { html });
    const page = await readFile(html, 'utf8');
    expect(page).not.toMatch(/<script|<b>/);
    expect(page).not.toContain('\u001b');
    expect(page).toContain('&lt;script&gt;');
    expect(stdout).not.toContain('\u001b');
    expect(page).not.toMatch(/(?:src|href)="(?!data:)/);
  });
});

test('a rule that asks for networks is judged by the line’s client, as the gate judges it', () => {
  const config = CONFIG.replace(
    'rules:',
    'rules:\n  - { name: staff, match: { path: /*, networks: [10.0.0.0/8] }, action: bypass, class: staff }',
  );
  const loaded = parseConfig(config, 'headgate.yaml', {});
  if (!loaded.ok) throw new Error('the configuration is wrong');
  const judge = createAuditJudge(loaded.settings);
  const ruleFor = (clientAddress: string | null, target = '/ereg/x?eventid=1') => {
    const verdict = judge({ method: 'GET', target, host: 'register.example.com', clientAddress });
    return 'rule' in verdict ? verdict.rule : verdict.kind;
  };
  expect(
    ['10.1.2.3', '::ffff:10.1.2.3', '192.0.2.1', 'no address', null].map((client) => ruleFor(client)),
  ).toEqual([...['staff', 'staff'], ...['event', 'event', 'event']]);
  expect(ruleFor('192.0.2.1', '/.headgate/status')).toBe('reserved');
  expect(ruleFor('192.0.2.1', '/ereg/%2e%2e%5cx?eventid=1')).toBe('refused');
  expect(ruleFor('10.1.2.3', '/ereg/x?eventid=1&eventid=2')).toBe('refused');
});
