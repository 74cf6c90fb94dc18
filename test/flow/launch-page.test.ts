/** The page before an opening, in Chromium: it counts down, and leads in by itself, with JavaScript and without. */
import { expect, it } from 'vitest';
import { browserVisitor, startBrowser } from '../support/browser.ts';
import { startGateway } from '../support/gateway-process.ts';
import { startPlatformProcess } from '../support/platform-process.ts';
import { reload } from '../support/reload.ts';
import { untilSo } from '../support/within.ts';

const ADDRESS = '/ereg/newreg.php?eventid=4711';

it('who waits at the page is taken in after the opening without a hand, whether the browser runs scripts or not', async () => {
  const platform = await startPlatformProcess();
  const config = (opensAt: Date) => `
upstreams: { platform: { targets: ["${platform.url}"] } }
rooms: { event: { limits: { sessions: 10, submitReserve: 0 } } }
default: { room: event, upstream: platform }
launches: [{ name: summit, room: event, opensAt: "${opensAt.toISOString()}", prequeueMinutes: 600, draw: true }]
`;
  const gate = await startGateway({ config: config(new Date(Date.now() + 3_600_000)) });
  const browser = await startBrowser();
  const [scripted, plain] = await Promise.all(
    [true, false].map((javaScriptEnabled) => browserVisitor(browser, { javaScriptEnabled })),
  );
  const opensAt = new Date(Date.now() + 15_000);
  await reload(gate, config(opensAt));
  await Promise.all([scripted, plain].map((each) => each!.page.goto(gate.url + ADDRESS)));

  for (const { page } of [scripted!, plain!]) {
    expect(await page.locator('h1').textContent()).toBe('Registration is not open yet');
    expect(await page.locator('time').first().getAttribute('datetime')).toBe(opensAt.toISOString());
  }
  const countdown = scripted!.page.locator('[data-hg="countdown"] strong');
  const first = await countdown.textContent();
  expect(first).toMatch(/^00:(0|1)\d$/);
  await expect.poll(() => countdown.textContent(), { interval: 100 }).not.toBe(first);
  expect(await plain!.page.locator('[data-hg="countdown"]').isVisible()).toBe(false);

  // Asked again and again: a page that goes on to the next one answers nothing for a moment.
  for (const { page } of [scripted!, plain!])
    await untilSo(45_000, 'the visitor is taken in', async () =>
      (await page.title().catch(() => '')).startsWith('Register:'),
    );
  expect(Date.now()).toBeGreaterThanOrEqual(opensAt.getTime());
  expect(scripted!.complaints).toEqual([]);
});
