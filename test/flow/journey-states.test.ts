/** What else a person meets at the gate, in a real browser: pauses, openings, ends, failures, a form that comes too late. */
import { createServer } from 'node:http';
import type { Browser } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { browserVisitor, startBrowser, strangers } from '../support/browser.ts';
import { cleanUpLater } from '../support/clean-up.ts';
import { freePort } from '../support/free-port.ts';
import { visitor as programVisitor } from '../support/http-client.ts';
import {
  type Stage,
  type StageParts,
  shownNumber,
  stageConfig,
  startStage,
} from '../support/journey-stage.ts';

let browser: Browser;
let stage: Stage;
let parts: Required<StageParts>;

const OPENS_IN_MS = 9_000;

beforeAll(async () => {
  browser = await startBrowser();
  parts = {
    gonePort: await freePort(),
    rooms: `
  event-calm: { limits: { sessions: 1 }, state: open }
  event-launch: { limits: { sessions: 5 } }
  event-last: { limits: { sessions: 1, seats: 1 } }
  event-off: { state: offline }
  event-over: { state: ended }
  event-brief: { limits: { sessions: 2, submitReserve: 1 }, session: { idleSeconds: 2 } }
  event-late: { limits: { sessions: 1 }, session: { idleSeconds: 2 } }
  event-late2: { limits: { sessions: 1 }, session: { idleSeconds: 2 } }`,
    more: `
launches:
  - { name: launch, room: event-launch, opensAt: "${new Date(Date.now() + OPENS_IN_MS).toISOString()}", prequeueMinutes: 5, draw: true }
`,
  };
  stage = await startStage(parts);
});

const heading = (page: { locator(selector: string): { textContent(): Promise<string | null> } }) =>
  page.locator('h1').textContent();
const opening = (name: string) => ({ name, exact: true });

describe.concurrent('a registrant', () => {
  it.each([true, false])(
    'before the opening sees when it is, and gets in by itself once it has come (JavaScript: %s)',
    async (javaScriptEnabled) => {
      const visitor = await browserVisitor(browser, { javaScriptEnabled });
      const { page } = visitor;
      await page.goto(stage.addressOf('launch'));
      expect(await heading(page)).toBe('Registration is not open yet');
      expect(await page.locator('time').first().textContent()).not.toBe('');
      expect(await page.locator('[data-hg="countdown"]').isVisible()).toBe(javaScriptEnabled);
      expect(await page.locator('[data-hg="position"]').count()).toBe(0);
      await page.getByRole('link', opening('Begin')).waitFor();
      expect(visitor.complaints).toEqual([]);
      expect(strangers(visitor, stage.gate.url)).toEqual([]);
    },
  );

  it.each([true, false])(
    'leaves the line by the button and is told so, with a way back to its end (JavaScript: %s)',
    async (javaScriptEnabled) => {
      const event = javaScriptEnabled ? '51' : '52';
      await stage.occupy(event);
      const visitor = await browserVisitor(browser, { javaScriptEnabled });
      const { page } = visitor;
      await page.goto(stage.addressOf(event));
      await page.locator('summary').click();
      await page.getByRole('button', opening('Give up my place')).click();
      await page.getByRole('heading', opening('You have left the line')).waitFor();
      expect((await visitor.gateCookies()).size).toBe(0);
      await page.getByRole('link', opening('Join the line')).click();
      await page.getByRole('heading', opening('You are in line')).waitFor();
      expect(page.url()).toBe(stage.addressOf(event));
      expect(await shownNumber(page)).toBe('3');
      expect(visitor.complaints).toEqual([]);
    },
  );

  it('reads honest words where nothing can be had: offline, ended', async () => {
    const visitor = await browserVisitor(browser);
    const { page } = visitor;
    await page.goto(stage.addressOf('off'));
    expect(await heading(page)).toBe('Registration is offline for now');
    expect(await page.locator('.kept').isVisible()).toBe(true);
    await page.goto(stage.addressOf('over'));
    expect(await heading(page)).toBe('Registration has ended');
    expect(await page.locator('[data-hg="number"]').count()).toBe(0);
    expect(visitor.complaints).toEqual([]);
  });

  it('hears that the last registration was taken while waiting', async () => {
    const last = programVisitor(stage.gate.url);
    expect((await last.open('/ereg/newreg.php?eventid=last')).state).toBe('admitted');
    const { page } = await browserVisitor(browser);
    await page.goto(stage.addressOf('last'));
    expect(await page.locator('h1').textContent()).toBe('You are in line');
    expect((await last.post('/ereg/step/5', 'confirm=yes')).status).toBe(302);
    await page.getByRole('heading', opening('Sold out')).waitFor();
  });

  it('whose session lapsed while typing sends the form all the same, ahead of the line', async () => {
    const visitor = await browserVisitor(browser);
    const { page } = visitor;
    await page.goto(stage.addressOf('brief'));
    await page.getByRole('link', opening('Begin')).click();
    await page.getByLabel('Name').fill('Ada');
    await somebodyElseGetsIn('brief');
    await page.getByRole('button', opening('Continue')).click();
    await page.getByLabel('Organisation').waitFor();
    expect(visitor.complaints).toEqual([]);
  });

  it.each([
    { javaScriptEnabled: true, event: 'late' },
    { javaScriptEnabled: false, event: 'late2' },
  ])(
    'whose form comes too late reads that nothing was sent, and finds the typed text by the back button (JavaScript: $javaScriptEnabled)',
    async ({ javaScriptEnabled, event }) => {
      const visitor = await browserVisitor(browser, { javaScriptEnabled });
      const { page } = visitor;
      await page.goto(stage.addressOf(event));
      await page.getByRole('link', opening('Begin')).click();
      await page.getByLabel('Name').fill('Ada Lovelace');
      await somebodyElseGetsIn(event);
      await page.getByRole('button', opening('Continue')).click();
      await page.getByRole('heading', opening('Nothing was sent')).waitFor();
      await page.goBack();
      expect(await page.getByLabel('Name').inputValue()).toBe('Ada Lovelace');
    },
  );

  it.each([true, false])(
    'sees a page of the gate while the platform is down, and gets in by itself when it is back (JavaScript: %s)',
    async (javaScriptEnabled) => {
      const visitor = await browserVisitor(browser, { javaScriptEnabled });
      const { page } = visitor;
      const answer = await page.goto(`${stage.gate.url}/gone/?js=${javaScriptEnabled}`);
      expect(answer?.status()).toBe(502);
      expect(await heading(page)).toBe('The registration site did not answer');
      expect((await visitor.gateCookies()).size).toBe(0);
      comeBack();
      await page.getByRole('heading', opening('Back again')).waitFor();
    },
  );

  it('with places in eight lines is asked which to give up, and gets the ninth for it', async () => {
    const visitor = await browserVisitor(browser, { javaScriptEnabled: false });
    const { page } = visitor;
    for (let event = 60; event < 69; event++) {
      await stage.occupy(String(event));
      await page.goto(stage.addressOf(String(event)));
    }
    expect(await heading(page)).toBe('You are in many lines already');
    expect(await page.locator('.rooms li').count()).toBe(8);
    await page.locator('.rooms li').filter({ hasText: 'event-63' }).getByRole('button').click();
    await page.getByRole('heading', opening('You have left the line')).waitFor();
    await page.locator('.actions a').click();
    await page.getByRole('heading', opening('You are in line')).waitFor();
    expect(page.url()).toBe(stage.addressOf('68'));
    const rooms = [...(await visitor.gateCookies()).keys()].sort();
    expect(rooms).toEqual([60, 61, 62, 64, 65, 66, 67, 68].map((event) => `hg_t_event-${event}`));
  });

  it('reads Arabic from right to left, in the dark, on a phone, with nothing cut off', async () => {
    await stage.occupy('71');
    const visitor = await browserVisitor(browser, {
      locale: 'ar',
      colorScheme: 'dark',
      viewport: { width: 390, height: 844 },
    });
    const { page } = visitor;
    await page.goto(stage.addressOf('71'));
    const seen = await page.evaluate(`({
      dir: document.documentElement.dir,
      lang: document.documentElement.lang,
      fits: document.documentElement.scrollWidth <= innerWidth,
      ground: getComputedStyle(document.documentElement).backgroundColor,
    })`);
    expect(seen).toMatchObject({ dir: 'rtl', lang: 'ar', fits: true, ground: 'rgb(14, 17, 22)' });
    expect(visitor.complaints).toEqual([]);
    expect(strangers(visitor, stage.gate.url)).toEqual([]);
  });

  it('sees the title follow the line, while focus stays and a screen reader is left in peace', async () => {
    const occupant = await stage.occupy('72');
    const before = programVisitor(stage.gate.url);
    await before.open('/ereg/newreg.php?eventid=72');
    const visitor = await browserVisitor(browser);
    const { page } = visitor;
    await page.goto(stage.addressOf('72'));
    expect(await page.title()).toMatch(/^\(2\) You are in line/);
    await page.locator('summary').focus();
    await page.waitForResponse(/\/ticket$/);
    await occupant.leave();
    await expect.poll(() => page.title(), { timeout: 30_000 }).toMatch(/^\(1\) You are in line/);
    expect(await page.evaluate('document.activeElement.tagName')).toBe('SUMMARY');
    expect(await page.locator('[data-hg="say"]').textContent()).toBe('');
    expect(visitor.complaints).toEqual([]);
  });

  it('sees the status page renew itself', async () => {
    const visitor = await browserVisitor(browser);
    const { page } = visitor;
    await page.goto(`${stage.gate.url}/.headgate/status`);
    const shown = await page.locator('main time').first().getAttribute('datetime');
    await expect
      .poll(() => page.locator('main time').first().getAttribute('datetime'), {
        timeout: 30_000,
        interval: 500,
      })
      .not.toBe(shown);
    expect(visitor.complaints).toEqual([]);
    expect(strangers(visitor, stage.gate.url)).toEqual([]);
  });

  it('sees the line paused and going on again with the same place', async () => {
    const { gate, platform } = stage;
    await stage.occupy('calm');
    const visitor = await browserVisitor(browser);
    const { page } = visitor;
    await page.goto(stage.addressOf('calm'));
    for (const [state, words] of [
      ['paused', 'The line is paused'],
      ['open', 'You are in line'],
    ] as const) {
      await gate.writeConfig(
        stageConfig(platform.url, { ...parts, rooms: parts.rooms.replace('state: open', `state: ${state}`) }),
      );
      gate.signal('SIGHUP');
      await page.getByRole('heading', opening(words)).waitFor();
      expect(await shownNumber(page)).toBe('2');
    }
    expect(visitor.complaints).toEqual([]);
  });
});

/** Somebody waits for the event until the session before has lapsed, and stays inside; the next one waits. */
async function somebodyElseGetsIn(event: string): Promise<void> {
  const next = programVisitor(stage.gate.url);
  const look = async () => (await next.open(`/ereg/newreg.php?eventid=${event}`)).state;
  await expect.poll(look, { timeout: 30_000, interval: 200 }).toBe('admitted');
  const staying = setInterval(() => look().catch(() => undefined), 500);
  cleanUpLater(() => clearInterval(staying));
  await programVisitor(stage.gate.url).open(`/ereg/newreg.php?eventid=${event}`);
}

/** The platform of `/gone/` comes back; once. */
let isBack = false;
function comeBack(): void {
  if (isBack) return;
  isBack = true;
  const server = createServer((_request, response) =>
    response.setHeader('content-type', 'text/html').end('<h1>Back again</h1>'),
  );
  server.listen(parts.gonePort, '127.0.0.1');
  cleanUpLater(() => server.close().closeAllConnections());
}
