import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { expect, test, vi } from 'vitest';
import { CHROMIUM } from '../support/chromium.ts';
import { cleanUpLater } from '../support/clean-up.ts';
import { pageModel, SUMMIT } from '../support/page-models.ts';
import { type PageServer, startPageServer, ticketAt } from '../support/page-server.ts';

const browser: Browser = await chromium.launch(CHROMIUM);
cleanUpLater(() => browser.close());

const SECOND = 1000;

/** A page whose clock stands still until the test moves it. */
async function open(server: PageServer, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 390, height: 500 }, ...options });
  cleanUpLater(() => context.close());
  const page = await context.newPage();
  if (options.javaScriptEnabled !== false) {
    await page.clock.install({ time: new Date('2026-12-01T15:05:00Z') });
    await page.clock.pauseAt(new Date('2026-12-01T15:06:00Z'));
  }
  await page.goto(server.url);
  return page;
}

const until = (check: () => unknown) => vi.waitFor(check, { timeout: 45_000, interval: 20 });

/** Moves the page's clock to its next poll and waits for what that poll brings. */
async function nextPoll(page: Page, server: PageServer, seconds = 8.5): Promise<void> {
  const { polls } = server;
  await page.clock.runFor(seconds * SECOND);
  await until(() => expect(server.polls).toBeGreaterThan(polls));
}

const shown = (page: Page, name: string) => page.locator(`[data-hg="${name}"]`);

test('the page asks as often as it was told by the last answer, and no sooner', async () => {
  const server = await startPageServer();
  const page = await open(server);
  await page.clock.runFor(7.9 * SECOND);
  expect(server.polls).toBe(0);
  server.ticket = ticketAt(300, { pollAfterSeconds: 20 });
  await nextPoll(page, server, 0.6);
  await until(async () => expect(await shown(page, 'position').textContent()).toBe('300'));
  await page.clock.runFor(19 * SECOND);
  expect(server.polls).toBe(1);
  await nextPoll(page, server, 3);
  expect(server.polls).toBe(2);
});

test('position, wait, progress, title and messages follow the ticket; focus and scroll stay where they are', async () => {
  const server = await startPageServer();
  const page = await open(server);
  await page.locator('summary').focus();
  await page.evaluate('window.scrollTo(0, 150)');
  const text = '<img src=x onerror=alert(1)>';
  server.ticket = ticketAt(90, { messages: [{ at: '2026-12-01T15:06:00Z', text }] });
  await nextPoll(page, server);
  await until(async () => expect(await page.title()).toBe('(90) You are in line · Autumn Summit 2026'));
  expect(await shown(page, 'position').textContent()).toBe('90');
  expect(await shown(page, 'wait').textContent()).toBe('about 1–2 minutes');
  expect(await page.evaluate('document.querySelector("progress").value')).toBe(90);
  expect(await page.locator('[data-hg="messages"] p').textContent()).toBe(text);
  expect(await page.evaluate('document.activeElement.tagName')).toBe('SUMMARY');
  expect(await page.evaluate('window.scrollY')).toBe(150);
  expect(server.navigations).toHaveLength(1);
});

test('a position that was shown never grows', async () => {
  const server = await startPageServer();
  const page = await open(server);
  server.ticket = ticketAt(400, { expectedWaitSeconds: null });
  await nextPoll(page, server);
  await until(async () => expect(await shown(page, 'wait').textContent()).toBe('cannot be said yet'));
  expect(await shown(page, 'position').textContent()).toBe('312');
});

test('a screen reader hears of a half of the way gone, not of each step', async () => {
  const server = await startPageServer();
  const page = await open(server);
  for (const position of [310, 305, 290, 280]) {
    server.ticket = ticketAt(position);
    await nextPoll(page, server);
    await until(async () => expect(await shown(page, 'position').textContent()).toBe(String(position)));
  }
  expect(await shown(page, 'say').textContent()).toBe('');
  server.ticket = ticketAt(150);
  await nextPoll(page, server);
  await until(async () => expect(await shown(page, 'say').textContent()).toBe('Your position is now 150.'));
});

test.each(['called', 'admitted'])('a visitor who is %s goes on to the asked address, once', async (state) => {
  const server = await startPageServer();
  const page = await open(server);
  server.ticket = ticketAt(0, { state });
  server.model = null;
  await nextPoll(page, server);
  await until(async () => {
    await page.clock.runFor(100);
    expect(await page.title()).toBe('Inside');
  });
  expect(server.navigations).toHaveLength(2);
  expect(page.url()).toBe(server.url);
});

test('a page of a maintenance stays while the line is paused, and goes when it is not', async () => {
  const server = await startPageServer();
  server.model = pageModel('maintenance', SUMMIT, { target: '/ereg/newreg.php?eventid=4711' });
  server.ticket = ticketAt(312, { state: 'paused', expectedWaitSeconds: null });
  const page = await open(server);
  await nextPoll(page, server);
  await nextPoll(page, server);
  expect(server.navigations).toHaveLength(1);
  expect(await page.locator('h1').textContent()).toBe('Maintenance');
  server.ticket = ticketAt(312);
  server.model = pageModel('waiting', SUMMIT);
  await nextPoll(page, server);
  await until(async () => {
    await page.clock.runFor(100);
    expect(await page.locator('h1').textContent()).toBe('You are in line');
  });
});

test('a line that is paused shows the page that says so', async () => {
  const server = await startPageServer();
  const page = await open(server);
  server.ticket = ticketAt(312, { state: 'paused', expectedWaitSeconds: null });
  server.model = pageModel('paused', SUMMIT, { target: '/ereg/newreg.php?eventid=4711' });
  await nextPoll(page, server);
  await until(async () => {
    await page.clock.runFor(100);
    expect(await page.locator('h1').textContent()).toBe('The line is paused');
  });
});

test('a gate that calls and refuses again and again is never asked faster than told', async () => {
  const server = await startPageServer();
  server.ticket = ticketAt(0, { state: 'called' });
  const page = await open(server);
  let seconds = 0;
  await until(async () => {
    await page.clock.runFor(SECOND / 2);
    seconds += 0.5;
    expect(server.navigations.length).toBeGreaterThanOrEqual(5);
  });
  // The first is the visitor's own; each of the others came after a poll, 8 s or more after the page.
  expect(seconds).toBeGreaterThanOrEqual((server.navigations.length - 1) * 8);
});

test('a page outlives a gate that is gone for a while: it says so, keeps trying more slowly, and recovers', async () => {
  const server = await startPageServer();
  const page = await open(server);
  server.isDown = true;
  await until(async () => {
    await page.clock.runFor(5 * SECOND);
    expect(await shown(page, 'note').textContent()).toContain('Your place is kept');
  });
  expect(await shown(page, 'note').isVisible()).toBe(true);
  server.isDown = false;
  server.ticket = ticketAt(120);
  await nextPoll(page, server, 95);
  await until(async () => expect(await shown(page, 'position').textContent()).toBe('120'));
  expect(await shown(page, 'note').isVisible()).toBe(false);
  expect(await shown(page, 'say').textContent()).not.toBe('');
  expect(server.navigations).toHaveLength(1);
});

test('a browser that keeps no place asks anew once, and is then told, instead of taking number after number', async () => {
  const server = await startPageServer();
  server.ticket = null;
  const page = await open(server);
  await nextPoll(page, server);
  await until(async () => {
    await page.clock.runFor(100);
    expect(server.navigations).toHaveLength(2);
  });
  await page.waitForLoadState();
  await nextPoll(page, server);
  await until(async () =>
    expect(await shown(page, 'note').textContent()).toContain('Cookies must be allowed'),
  );
  await page.clock.runFor(120 * SECOND);
  expect(server.navigations).toHaveLength(2);
});

test('without JavaScript the page reloads by itself, no sooner than told, and gets in when it is its turn', async () => {
  const server = await startPageServer();
  server.model = pageModel('waiting', SUMMIT, {
    pollAfterSeconds: 1,
    target: '/ereg/newreg.php?eventid=4711',
  });
  const page = await open(server, { javaScriptEnabled: false });
  await until(() => expect(server.navigations.length).toBeGreaterThanOrEqual(3));
  server.model = null;
  await until(async () => expect(await page.title()).toBe('Inside'));
  for (const [i, { at }] of server.navigations.entries()) {
    const before = server.navigations[i - 1];
    // 20 ms for the rounding of two clocks.
    if (before !== undefined) expect(at - before.sentAt).toBeGreaterThan(980);
  }
  expect(server.polls).toBe(0);
});

test.each(['light', 'dark'] as const)(
  'nothing on the page breaks its own policy (%s)',
  async (colorScheme) => {
    const server = await startPageServer();
    const complaints: string[] = [];
    const context = await browser.newContext({ colorScheme });
    cleanUpLater(() => context.close());
    const page = await context.newPage();
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    for (const kind of ['waiting', 'prequeue', 'not-sent', 'too-many-places', 'refused'] as const) {
      server.model = pageModel(kind, SUMMIT);
      await page.goto(server.url);
      expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
    }
    expect(complaints).toEqual([]);
  },
);
