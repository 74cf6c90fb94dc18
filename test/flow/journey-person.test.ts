/** What a person does at the gate in a real browser: leaves, chooses, sends forms late, reads in other languages and by ear. */
import type { Browser } from 'playwright-core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { browserVisitor, startBrowser, strangers } from '../support/browser.ts';
import { cleanUpLater } from '../support/clean-up.ts';
import { visitor as programVisitor } from '../support/http-client.ts';
import { type Stage, shownNumber, startStage } from '../support/journey-stage.ts';

let browser: Browser;
let stage: Stage;

beforeAll(async () => {
  const rooms = `
  event-brief: { limits: { sessions: 2, submitReserve: 1 }, session: { idleSeconds: 4 } }
  event-late: { limits: { sessions: 1 }, session: { idleSeconds: 4 } }
  event-late2: { limits: { sessions: 1 }, session: { idleSeconds: 4 } }`;
  [browser, stage] = await Promise.all([startBrowser(), startStage({ rooms })]);
});

const until = (check: () => Promise<unknown>) => vi.waitFor(check, { timeout: 45_000, interval: 200 });
const exactly = (name: string) => ({ name, exact: true });

describe.concurrent('a registrant', () => {
  it.each([true, false])(
    'leaves the line by the button and is told so, with a way back to its end (JavaScript: %s)',
    async (javaScriptEnabled) => {
      const event = javaScriptEnabled ? '51' : '52';
      await stage.occupy(event);
      const visitor = await browserVisitor(browser, { javaScriptEnabled });
      const { page } = visitor;
      await page.goto(stage.addressOf(event));
      if (javaScriptEnabled) await page.getByText('Leave the line').click();
      await page.getByRole('button', exactly('Give up my place')).click();
      await page.getByRole('heading', exactly('You have left the line')).waitFor();
      expect((await visitor.gateCookies()).size).toBe(0);
      await page.getByRole('link', exactly('Join the line')).click();
      await page.getByRole('heading', exactly('You are in line')).waitFor();
      expect(page.url()).toBe(stage.addressOf(event));
      expect(await shownNumber(page)).toBe('3');
      expect(visitor.complaints).toEqual([]);
    },
  );

  it('with places in eight lines is asked which to give up, and gets the ninth for it', async () => {
    const visitor = await browserVisitor(browser, { javaScriptEnabled: false });
    const { page } = visitor;
    for (let event = 60; event < 69; event++) {
      await stage.occupy(String(event));
      await page.goto(stage.addressOf(String(event)));
    }
    expect(await page.locator('h1').textContent()).toBe('You are in many lines already');
    expect(await page.locator('.rooms li').count()).toBe(8);
    await page.locator('.rooms li').filter({ hasText: 'event-63' }).getByRole('button').click();
    await page.getByRole('heading', exactly('You have left the line')).waitFor();
    await page.locator('.actions a').click();
    await page.getByRole('heading', exactly('You are in line')).waitFor();
    expect(page.url()).toBe(stage.addressOf('68'));
    const rooms = [...(await visitor.gateCookies()).keys()].sort();
    expect(rooms).toEqual([60, 61, 62, 64, 65, 66, 67, 68].map((event) => `hg_t_event-${event}`));
  });

  it('whose session lapsed while typing sends the form all the same, ahead of the line', async () => {
    const visitor = await browserVisitor(browser);
    const { page } = visitor;
    await page.goto(stage.addressOf('brief'));
    await page.getByRole('link', exactly('Begin')).click();
    await page.getByLabel('Name').fill('Ada');
    await somebodyElseGetsIn('brief');
    await page.getByRole('button', exactly('Continue')).click();
    await page.getByLabel('Organisation').waitFor();
    expect(visitor.complaints).toEqual([]);
  });

  it.each([
    { javaScriptEnabled: true, event: 'late' },
    { javaScriptEnabled: false, event: 'late2' },
  ])(
    'whose form comes too late reads plainly that nothing was sent (JavaScript: $javaScriptEnabled)',
    async ({ javaScriptEnabled, event }) => {
      const visitor = await browserVisitor(browser, { javaScriptEnabled });
      const { page } = visitor;
      await page.goto(stage.addressOf(event));
      await page.getByRole('link', exactly('Begin')).click();
      await page.getByLabel('Name').fill('Ada Lovelace');
      await somebodyElseGetsIn(event);
      await page.getByRole('button', exactly('Continue')).click();
      await page.getByRole('heading', exactly('Nothing was sent')).waitFor();
    },
  );

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
    expect(await page.locator('[data-hg="say"]').textContent()).toBe('');
    await occupant.leave();
    await until(async () => expect(await page.title()).toMatch(/^\(1\) You are in line/));
    expect(await page.evaluate('document.activeElement.tagName')).toBe('SUMMARY');
    expect(visitor.complaints).toEqual([]);
  });

  it('sees the status page renew itself', async () => {
    const visitor = await browserVisitor(browser);
    const { page } = visitor;
    await page.goto(`${stage.gate.url}/.headgate/status`);
    const shown = await page.locator('main time').first().getAttribute('datetime');
    await until(async () =>
      expect(await page.locator('main time').first().getAttribute('datetime')).not.toBe(shown),
    );
    expect(visitor.complaints).toEqual([]);
    expect(strangers(visitor, stage.gate.url)).toEqual([]);
  });
});

/** Somebody waits for the event until the session before has lapsed, and stays inside; the next one waits. */
async function somebodyElseGetsIn(event: string): Promise<void> {
  const next = programVisitor(stage.gate.url);
  const look = async () => (await next.open(`/ereg/newreg.php?eventid=${event}`)).state;
  await until(async () => expect(await look()).toBe('admitted'));
  const staying = setInterval(() => look().catch(() => undefined), 500);
  cleanUpLater(() => clearInterval(staying));
  await programVisitor(stage.gate.url).open(`/ereg/newreg.php?eventid=${event}`);
}
