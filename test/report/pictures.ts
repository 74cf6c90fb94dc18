/** Draws reports as pictures, to be looked at: `node test/report/pictures.ts <folder> [name…]`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { reportHtml } from '../../load-tests/report/html.ts';
import { CHROMIUM } from '../support/chromium.ts';
import { failedReport, heldReport, invalidReport, partialReport } from './made-up.ts';

const WIDTHS = [390, 1280];
const SCHEMES = ['light', 'dark'] as const;
const DAY_BEFORE = { startedAt: '2026-11-29T19:02:44.000Z' };
const REPORTS = {
  held: reportHtml(heldReport(), failedReport({ ...DAY_BEFORE, scenario: 'launch' })),
  failed: reportHtml(failedReport(), failedReport({ ...DAY_BEFORE, seed: 7, commit: '28ce646' })),
  partial: reportHtml(partialReport(), heldReport(DAY_BEFORE)),
  invalid: reportHtml(invalidReport(), null),
};

const [folder = 'pictures', ...wanted] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const browser = await chromium.launch(CHROMIUM);
for (const [name, html] of Object.entries(REPORTS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const file = join(folder, `${name}.html`);
  writeFileSync(file, html);
  for (const width of WIDTHS) {
    for (const colorScheme of SCHEMES) await draw(name, file, width, colorScheme);
  }
}
await browser.close();

async function draw(name: string, file: string, width: number, colorScheme: 'light' | 'dark') {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  await page.goto(pathToFileURL(file).href);
  await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`), fullPage: true });
  await page.close();
}
