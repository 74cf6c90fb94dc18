/** The reference page in a real browser: it shows the routes, asks nobody but the admin API, and breaks no policy. */
import { expect, test } from 'vitest';
import { browserVisitor, startBrowser } from '../support/browser.ts';
import { adminStage } from './support/admin-stage.ts';
import { sampleRoutes } from './support/sample-routes.ts';

test('shows every route, offline, and takes a token to try them', async () => {
  const stage = await adminStage({ routes: sampleRoutes().routes });
  const { page, requests, complaints } = await browserVisitor(await startBrowser());
  await page.goto(`${stage.url}/`);
  await page.waitForSelector('.opblock-summary-path');
  expect(await page.title()).toBe('Headgate admin API');
  expect(await page.locator('.topbar').isVisible()).toBe(false);
  expect(await page.locator('.opblock').count()).toBe(stage.routes.length + 1);
  expect(requests.filter((url) => !url.startsWith(stage.url) && !url.startsWith('data:'))).toEqual([]);
  expect(complaints).toEqual([]);
  await page.click('.btn.authorize');
  await page.fill('input#auth-bearer-value', stage.tokenOf('admin'));
  await page.click('.modal-ux .btn.authorize');
  await page.click('.modal-ux .btn-done');
  await page.click('#operations-tokens-get_v1_tokens .opblock-summary');
  await page.click('#operations-tokens-get_v1_tokens .try-out__btn');
  await page.click('#operations-tokens-get_v1_tokens .execute');
  await page.waitForSelector('#operations-tokens-get_v1_tokens .live-responses-table .response-col_status');
  const status = await page
    .locator('#operations-tokens-get_v1_tokens .live-responses-table td.response-col_status')
    .last()
    .textContent();
  expect(status).toContain('200');
  expect(complaints).toEqual([]);
});
