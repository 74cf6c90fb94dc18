/** Reports are kept whole, and told verdict first. */
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  folderOf,
  keepReport,
  lastReport,
  readReport,
} from '../../load-tests/rehearse/command/kept-reports.ts';
import { summaryOf } from '../../load-tests/rehearse/command/summary.ts';
import type { Check, RehearsalReport } from '../../load-tests/rehearse/report-words.ts';
import { tempFolder } from '../support/temp-folder.ts';

const failed: Check = {
  ...{ name: 'platform-latency', held: false, seen: 4_210, wanted: 'at most 500 ms', unit: 'ms' },
  ...{ figure: 'platform.p95Ms', meaning: 'The platform became slow.', advice: 'Lower the limits.' },
  evidence: ['4,210 ms after 95 s, the worst moment of 300.'],
};
const unseen: Check = {
  ...failed,
  name: 'unqueued',
  held: null,
  seen: null,
  meaning: '',
  advice: '',
  evidence: [],
};

const report = (startedAt: string, change: Partial<RehearsalReport> = {}): RehearsalReport => ({
  ...{
    verdict: 'failed',
    invalidBecause: [],
    endedEarly: null,
    scenario: 'launch',
    title: 'A launch',
    summary: '',
  },
  ...{
    form: null,
    seed: 7,
    compress: 6,
    target: 'demo',
    launch: null,
    revision: 3,
    configHash: '',
    commit: 'c',
  },
  ...{ machine: { cpus: '4', memoryGiB: 8, node: 'v26' }, startedAt, tookSeconds: 60.4 },
  ...{
    checks: [failed, unseen, { ...failed, name: 'fine', held: true }],
    findings: [],
    moments: [],
    figures: {},
  },
  ...{ series: { atSeconds: [], of: {} }, forecast: null },
  generator: {
    ...{ isHonest: true, delayMs: { p50: 0, p99: 1, most: 2 }, cpuShare: 0.2, processes: 2, visitors: 400 },
    ...{ mostAtOnce: 120, requests: 4_000, latencyMs: {} },
  },
  ...change,
});

describe('reports of a scenario', () => {
  it('are kept in a folder of their own, and the next run finds the last one', async () => {
    const folder = folderOf(await tempFolder(), 'launch-autumn summit/../x');
    expect(folder.endsWith('rehearsals/launch-autumn-summit----x')).toBe(true);
    expect(await lastReport(folder)).toBeNull();
    await keepReport(folder, report('2026-12-01T10:00:00.000Z'));
    await keepReport(folder, report('2026-12-01T09:00:00.000Z'));
    expect((await lastReport(folder))?.startedAt).toBe('2026-12-01T10:00:00.000Z');
    expect(await readdir(folder)).toEqual(['2026-12-01T09-00-00-000Z.json', '2026-12-01T10-00-00-000Z.json']);
  });

  it('are not kept for ever: the oldest go', async () => {
    const folder = folderOf(await tempFolder(), 'launch');
    for (let minute = 10; minute < 45; minute++)
      await keepReport(folder, report(`2026-12-01T10:${minute}:00.000Z`));
    const names = await readdir(folder);
    expect(names).toHaveLength(30);
    expect(names.sort()[0]).toBe('2026-12-01T10-15-00-000Z.json');
  });

  it('that cannot be read are none', async () => {
    const folder = await tempFolder();
    await writeFile(join(folder, '2026-12-01T10-00.json'), '{');
    expect(await lastReport(folder)).toBeNull();
    await writeFile(join(folder, 'other.json'), '{"ok":true}');
    await expect(readReport(join(folder, 'other.json'))).rejects.toThrow('is no report of a rehearsal');
    await writeFile(join(folder, 'other.json'), '{"verdict":"held","checks":"all of them"}');
    await expect(readReport(join(folder, 'other.json'))).rejects.toThrow('is no report of a rehearsal');
    await writeFile(join(folder, 'other.json'), 'null');
    await expect(readReport(join(folder, 'other.json'))).rejects.toThrow('is no report of a rehearsal');
  });
});

describe('the summary', () => {
  it('says the verdict first, then each check that did not hold, then what would mend it', () => {
    const proposedRule = {
      yaml: 'rules:\n  - name: mobile\n',
      config: '',
      summary: 'a rule for m.example.com',
      before: null,
    };
    const evidence = { host: 'm.example.com', pathShape: '/ereg/*', share: 0.3, examples: [] };
    const finding = {
      kind: 'unqueued',
      severity: 'critical',
      summary: 'm.example.com goes around the line',
      room: null,
    };
    const lines = summaryOf(
      report('2026-12-01T10:00:00.000Z', { findings: [{ ...finding, evidence, proposedRule }] }),
      [{ name: 'page', path: 'report.html' }],
    );
    expect(lines).toEqual([
      'FAILED  A launch',
      '  1 of 3 checks held; demo, revision 3, seed 7, 6 × faster, 400 visitors in 60 s',
      '',
      '✗ platform-latency: 4,210 ms, wanted at most 500 ms',
      '    The platform became slow.',
      '    4,210 ms after 95 s, the worst moment of 300.',
      '    → Lower the limits.',
      '',
      '✗ unqueued: not seen, wanted at most 500 ms',
      '',
      '! m.example.com goes around the line',
      '  a rule for m.example.com:',
      '    rules:',
      '      - name: mobile',
      '',
      'page: report.html',
    ]);
  });

  it('does not call failed what was only ended early', () => {
    const change = { verdict: 'failed', endedEarly: 'it was interrupted', checks: [] } as const;
    expect(summaryOf(report('2026-12-01T10:00:00.000Z', change), []).slice(0, 2)).toEqual([
      'ENDED EARLY  A launch',
      '  ended early: it was interrupted',
    ]);
  });

  it('says why a run is invalid, or ended early', () => {
    const change = {
      verdict: 'invalid',
      invalidBecause: ['its own delay was 400 ms'],
      endedEarly: 'it was interrupted',
    } as const;
    expect(
      summaryOf(report('2026-12-01T10:00:00.000Z', { ...change, form: 'mended', checks: [] }), []).slice(
        0,
        3,
      ),
    ).toEqual([
      'INVALID: it says nothing of the platform  A launch (mended)',
      '  its own delay was 400 ms',
      '  ended early: it was interrupted',
    ]);
  });
});
