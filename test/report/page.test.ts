/** The report's text before any browser reads it: the verdict is first, what failed stands before what held, nothing is lost. */
import { expect, test } from 'vitest';
import { reportHtml } from '../../load-tests/report/html.ts';
import { failedReport, heldReport, invalidReport, partialReport } from './made-up.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};
const bodyOf = (page: string) => page.slice(page.indexOf('<main>'), page.indexOf('</main>'));
const textOf = (page: string) =>
  bodyOf(page)
    .replaceAll(/<script[\s\S]*?<\/script>|<[^>]+>/g, ' ')
    .replaceAll(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity)
    .replaceAll(/\s+/g, ' ')
    .trim();

test.each([
  ['held', heldReport(), '✓ Held All 7 checks held, with 5,290 visitors.'],
  [
    'failed',
    failedReport(),
    '✕ Failed 3 of 7 checks did not hold: unqueued share, platform latency and inside capacity. Unqueued share: 96.9 %, wanted at most 1 %.',
  ],
  [
    'ended early',
    partialReport(),
    '– Ended early Stopped by hand (Ctrl-C). What stands here is of the first 2:27; 1 check had not held by then: all registered.',
  ],
  ['invalid', invalidReport(), '? Invalid Nothing is proved. Requests went out up to 1.4 s late'],
])('%s: the page begins with its verdict and the reason', (_, report, begins) => {
  const page = reportHtml(report, null);
  expect(textOf(page).slice(0, begins.length)).toBe(begins);
  expect(page).toContain(`<title>${begins.split(' ').slice(1, 2).join(' ')}`);
});

test('what failed, then what was found, then what held, then charts, then what it is bound to', () => {
  const page = reportHtml(failedReport(), heldReport());
  const sections = [...page.matchAll(/<section id="([a-z]+)"/g)].map(([, id]) => id);
  expect(sections).toEqual([
    ...['failed', 'findings', 'held', 'story', 'charts', 'forecast'],
    ...['figures', 'latency', 'generator', 'comparison', 'binding'],
  ]);
});

test('a failed check tells what was seen and wanted, what it means, what to change, and its evidence', () => {
  const text = textOf(reportHtml(failedReport(), null));
  for (const { held, meaning, advice, evidence } of failedReport().checks) {
    if (held === true) continue;
    for (const said of [meaning, advice, ...evidence])
      expect(text.toLowerCase()).toContain(said.toLowerCase());
  }
  expect(text).toContain('Not seen: counts as failed Inside capacity');
});

test('a proposed rule stands whole, line by line, as it is to be pasted', () => {
  const page = reportHtml(failedReport(), null);
  const rule = failedReport().findings[0]?.proposedRule;
  const codes = [...page.matchAll(/<code id="rule-1(?:-config)?">([\s\S]*?)<\/code>/g)].map(([, code]) =>
    code?.replaceAll(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity).trimEnd(),
  );
  expect(codes).toEqual([rule?.yaml.trimEnd(), rule?.config.trimEnd()]);
});

test('a rule that several findings propose is counted once', () => {
  const report = failedReport();
  const [finding] = report.findings;
  const other = { ...finding!, proposedRule: { ...finding!.proposedRule!, yaml: 'name: another' } };
  const told = (findings: typeof report.findings) => textOf(reportHtml({ ...report, findings }, null));
  expect(told([finding!, { ...finding!, room: 'another' }])).toContain('1 proposed rule ready');
  expect(told([finding!, other, finding!])).toContain('2 proposed rules ready');
});

test('what a report is bound to is all there', () => {
  const report = failedReport({ launch: 'autumn summit', seed: 4242 });
  const text = textOf(reportHtml(report, null));
  const { configHash, commit, machine } = report;
  for (const ground of [configHash, commit, machine.cpus, '4242', 'revision 11', 'as it happened'])
    expect(text).toContain(ground);
});

test('without anything to compare with, and without a forecast, there is no empty part', () => {
  const page = reportHtml(partialReport({ summary: 'Short.' }), null);
  expect(page).not.toMatch(/id="(comparison|forecast|findings)"/);
  expect(page).not.toContain('What changed');
});
