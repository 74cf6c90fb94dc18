/** Draws every page as pictures, to be looked at: `node test/support/screenshots.ts <folder> [kind…]`. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { PAGE_KINDS } from '../../gateway/page/built-in.ts';
import { describeProblem } from '../../gateway/page/errors-page.ts';
import { renderStatus } from '../../gateway/page/status.ts';
import { CHROMIUM } from './chromium.ts';
import { loadedPages, pageModel, roomView, SUMMIT } from './page-models.ts';

const WIDTHS = [390, 1280];
const SCHEMES = ['light', 'dark'] as const;
const LANGUAGES = ['en', 'de', 'ar', 'ja'];

const [folder = 'screenshots', ...kinds] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const browser = await chromium.launch(CHROMIUM);
for (const width of WIDTHS) {
  for (const scheme of SCHEMES) await drawAll(width, scheme);
}
await browser.close();

async function drawAll(width: number, scheme: 'light' | 'dark') {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: scheme });
  for (const [name, html] of allPages()) {
    await page.setContent(html);
    await page.screenshot({ path: join(folder, `${name}-${width}-${scheme}.png`), fullPage: true });
  }
  await page.close();
}

function* allPages(): Generator<[string, string]> {
  const pages = loadedPages(SUMMIT);
  const wanted = (kind: string) => kinds.length === 0 || kinds.includes(kind);
  for (const language of LANGUAGES) {
    for (const kind of PAGE_KINDS.filter(wanted)) {
      yield [`${kind}-${language}`, pages.renderPage(pageModel(kind, SUMMIT), language).html];
    }
    // A place that was given while the store was lost has no number yet.
    const provisional = pageModel('held', SUMMIT, { number: null, position: null, startPosition: null });
    if (wanted('held')) yield [`held-provisional-${language}`, pages.renderPage(provisional, language).html];
    const newcomer = { ...provisional, hasPlace: false };
    if (wanted('held')) yield [`held-newcomer-${language}`, pages.renderPage(newcomer, language).html];
    if (wanted('status')) yield [`status-${language}`, statusPage(language)];
  }
  if (wanted('problem')) yield ['problem-en', describeProblem('waiting')!.html];
}

function statusPage(language: string): string {
  const rooms = [
    { view: roomView('event-4711', 'engaged', 12_480), title: 'Autumn Summit 2026' },
    {
      ...{ view: roomView('event-4712', 'prequeue', 340), title: null },
      maintenance: [
        { fromMs: Date.UTC(2026, 11, 2, 3), untilMs: Date.UTC(2026, 11, 2, 4), text: 'New database.' },
      ],
    },
    { view: roomView('platform', 'open', 0), title: null },
  ];
  const { messages, now } = pageModel('waiting', SUMMIT);
  return renderStatus({ at: now, rooms, messages }, language).html;
}
