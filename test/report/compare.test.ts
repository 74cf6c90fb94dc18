/** What two rehearsals of a scenario say beside each other: what broke, what moved, and what cannot be compared. */
import { expect, test } from 'vitest';
import type { RehearsalReport } from '../../load-tests/rehearse/report-words.ts';
import { agoText, compareReports, moveText } from '../../load-tests/report/compare.ts';
import { failedReport, heldReport, invalidReport, madeUpCheck, partialReport } from './made-up.ts';

const changed = (changes: Partial<RehearsalReport>) => compareReports(heldReport(changes), heldReport());
const checked = (held: Record<string, boolean | null>) =>
  heldReport({
    checks: Object.entries(held).map(([name, isHeld]) =>
      madeUpCheck(name, { figure: 'line.waiting', held: isHeld }),
    ),
  });
const figures = (...pairs: [string, number | null][]) => heldReport({ figures: Object.fromEntries(pairs) });

test('a rehearsal beside itself differs in nothing', () => {
  const { broke, mended, added, gone, moved, differences, verdict } = changed({});
  expect([broke, mended, added, gone, moved, differences].flat()).toEqual([]);
  expect(verdict).toEqual({ before: 'Held', now: 'Held' });
});

test('a check that held broke; one that was not seen had not held; new ones and those gone are told apart', () => {
  const before = checked({ steady: true, fragile: true, weak: false, unseen: null, dropped: true });
  const now = checked({ steady: true, fragile: null, weak: true, unseen: false, fresh: false });
  const { broke, mended, added, gone } = compareReports(now, before);
  expect({ broke, mended, added, gone }).toEqual({
    broke: ['fragile'],
    mended: ['weak'],
    added: ['fresh'],
    gone: ['dropped'],
  });
});

test('a figure has moved when it is more than a tenth away, and is read otherwise; the farthest first', () => {
  const before = figures(
    ['visitors.longestLine', 100],
    ['visitors.registered', 1000],
    ['visitors.gaveUp', 0],
    ['gate.unqueuedShare', 0.0004],
    ['visitors.came', null],
  );
  const now = figures(
    ['visitors.longestLine', 111],
    ['visitors.registered', 1100],
    ['visitors.gaveUp', 3],
    ['gate.unqueuedShare', 0.0008],
    ['visitors.came', 5],
  );
  const moves = compareReports(now, before).moved.map((move) => [move.figure, moveText(move)]);
  expect(moves).toEqual([
    ['visitors.gaveUp', 'from nothing'],
    ['visitors.longestLine', 'up 11 %'],
  ]);
});

const SLOWER = { ...heldReport().figures, 'visitors.medianWaitSeconds': 900, 'visitors.registered': 100 };
const MACHINE = { cpus: '64 × faster', memoryGiB: 256, node: 'v26.10.0' };

test.each([
  ['pace', { compress: 1 }],
  ['machine', { machine: MACHINE }],
])('at another %s times are not compared, and counts are', (what, changes) => {
  const { moved, differences } = changed({ ...changes, figures: SLOWER });
  expect(differences.map((difference) => difference.what)).toEqual([what]);
  expect(moved.map(({ figure }) => figure)).toEqual(['visitors.registered']);
});

test.each([
  ['scenario', heldReport({ scenario: 'store-lost', figures: SLOWER })],
  ['target', heldReport({ target: 'staging', figures: SLOWER })],
  ['whole run', partialReport()],
  ['honest load', invalidReport()],
])('another %s: no figure is compared, and it is said why', (what, report) => {
  const { moved, differences } = compareReports(report, heldReport({ figures: { ...SLOWER } }));
  expect(moved).toEqual([]);
  expect(differences.map((difference) => difference.what)).toContain(what);
  expect(differences.find((difference) => difference.what === what)?.means).toMatch(
    /(can’t|can) be compared/,
  );
});

test.each([
  ['configuration', { configHash: 'f'.repeat(64) }],
  ['commit', { commit: '0000000' }],
  ['seed', { seed: 7 }],
  ['form', { form: 'mended' as const }],
])('another %s is told, and figures are compared all the same', (what, changes) => {
  const { moved, differences } = changed({ ...changes, figures: SLOWER });
  expect(differences.map((difference) => difference.what)).toEqual([what]);
  expect(moved.map(({ figure }) => figure).sort()).toEqual([
    'visitors.medianWaitSeconds',
    'visitors.registered',
  ]);
});

test('the verdict of the other one is said in the words of its own report', () => {
  expect(compareReports(heldReport(), failedReport()).verdict).toEqual({ before: 'Failed', now: 'Held' });
  expect(compareReports(partialReport(), invalidReport()).verdict).toEqual({
    before: 'Invalid',
    now: 'Ended early',
  });
});

test('how long ago is told only of what was before', () => {
  expect(agoText('2026-11-30T19:00:00Z', '2026-11-30T20:30:00Z')).toBe('1 h 30 min before');
  expect(agoText('2026-11-20T20:00:00Z', '2026-11-30T20:00:00Z')).toBe('10 days before');
  expect(agoText('2026-12-01T20:00:00Z', '2026-11-30T20:00:00Z')).toBe('');
  expect(agoText('', '2026-11-30T20:00:00Z')).toBe('');
});
