/** The report as its reader opens it: a file in a real browser, with every request caught and every complaint kept. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BrowserContextOptions } from 'playwright-core';
import { afterEach, expect, test } from 'vitest';
import type { RehearsalReport } from '../../load-tests/rehearse/report-words.ts';
import { reportHtml } from '../../load-tests/report/html.ts';
import { type BrowserVisitor, browserVisitor, startBrowser } from '../support/browser.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { failedReport, heldReport, invalidReport, partialReport } from './made-up.ts';

const browser = await startBrowser();
const folder = await tempFolder();
const file = join(folder, 'report.html');
const address = pathToFileURL(file).href;
const open: BrowserVisitor[] = [];
afterEach(async () => {
  for (const { context } of open.splice(0)) await context.close();
});

async function read(html: string, options: BrowserContextOptions = {}): Promise<BrowserVisitor> {
  await writeFile(file, html);
  const reader = await browserVisitor(browser, options);
  open.push(reader);
  await reader.page.goto(address);
  return reader;
}

const FAILED = reportHtml(failedReport(), failedReport({ startedAt: '2026-11-29T19:02:44.000Z', seed: 7 }));
const REPORTS: [string, string][] = [
  ['held', reportHtml(heldReport(), failedReport({ scenario: 'launch' }))],
  ['failed', FAILED],
  ['partial', reportHtml(partialReport(), heldReport())],
  ['invalid', reportHtml(invalidReport(), null)],
];

const WIDTH = 'document.documentElement.scrollWidth';
/** How many colours each canvas shows. */
const INK = `[...document.querySelectorAll('canvas')].map((canvas) => {
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  return new Set(new Uint32Array(data.buffer)).size;
})`;
const COPIED =
  'navigator.clipboard.readText().catch(() => "").then((text) => text || getSelection().toString())';

test.each(REPORTS)(
  '%s: asks for nothing but the file, breaks no policy, and fits a phone and a desk',
  async (_, html) => {
    const reader = await read(html, { viewport: { width: 390, height: 800 } });
    const { page } = reader;
    for (const width of [390, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      expect(await page.evaluate(WIDTH)).toBe(width);
    }
    const ink = (await page.evaluate(INK)) as number[];
    expect(ink.length).toBeGreaterThan(6);
    expect(Math.min(...ink)).toBeGreaterThan(2);
    expect(reader.requests.filter((url) => !url.startsWith('data:'))).toEqual([address]);
    expect(reader.complaints).toEqual([]);
  },
);

test('without a script the verdict, every check, every figure and what the curves show are there', async () => {
  const { page } = await read(FAILED, { javaScriptEnabled: false });
  const text = await page.locator('main').textContent();
  expect(text?.trim()).toMatch(/^✕Failed/);
  expect(text).toContain('The curves are drawn by a script, which does not run here');
  expect(text).toContain('At the platform, p95: most 9.23 s at 5:30');
  expect(text).toContain('- name: event mobile and embed');
  expect(await page.locator('table').count()).toBeGreaterThanOrEqual(3);
  expect(await page.locator('#figures dd').count()).toBe(Object.keys(failedReport().figures).length);
  // What only a script could do is not offered.
  expect(await page.locator('button:visible').count()).toBe(0);
  expect(await page.locator('.drawn:visible').count()).toBe(0);
});

test('by the keyboard: a rule is copied, and an arrow reads the charts at one moment', async () => {
  const { page, context } = await read(FAILED);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const button = page.getByRole('button', { name: 'Copy the rule' });
  await button.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: /^(Copied|Marked)/ }).waitFor();
  const copied = (await page.evaluate(COPIED)) as string;
  expect(copied.trimEnd()).toBe(failedReport().findings[0]?.proposedRule?.yaml.trimEnd());

  const chart = page.getByRole('group', { name: /^Answering time/ });
  await chart.focus();
  await page.keyboard.press('End');
  const values = chart.locator('.u-value');
  await expect
    .poll(() => values.allInnerTexts())
    .toEqual(['15:00', expect.stringMatching(/ s$/), expect.stringMatching(/ s$/)]);
  // All charts tell of the same moment.
  expect(await page.locator('.u-series:first-child .u-value').allInnerTexts()).toEqual(
    Array(await page.locator('[data-chart]').count()).fill('15:00'),
  );
  await page.keyboard.press('Escape');
  await expect.poll(() => values.first().isVisible()).toBe(false);
});

const HOSTILE = `</script><script>parent.hit=1</script><img src=x onerror="hit=1"><svg/onload=hit=1>'"&\u202e`;

/** Every text of it says something wicked, and every name of a figure. */
function hostile<Part>(part: Part): Part {
  if (typeof part === 'string') return `${part}${HOSTILE}` as Part;
  if (Array.isArray(part)) return part.map(hostile) as Part;
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, hostile(value)])) as Part;
}

function hostileReport(): RehearsalReport {
  const report = failedReport({ forecast: null });
  const figures = { ...report.figures, [HOSTILE]: 3 };
  const of = { ...report.series.of, 'line.waiting': report.series.of['line.waiting'] ?? [] };
  return { ...hostile(report), verdict: 'failed', figures, series: { ...report.series, of } };
}

test('whatever the texts of a report say, they are texts', async () => {
  const wicked = hostileReport();
  const reader = await read(reportHtml(wicked, { ...wicked, title: 'Before' }));
  const { page } = reader;
  expect(await page.evaluate('"hit" in window')).toBe(false);
  expect(await page.locator('main img, main svg, main iframe, main [onerror]').count()).toBe(0);
  expect(await page.locator('script').count()).toBe(3);
  expect(await page.locator('h1').textContent()).toContain('</script><script>parent.hit=1</script>');
  expect(reader.requests.filter((url) => !url.startsWith('data:'))).toEqual([address]);
  expect(reader.complaints).toEqual([]);
});
