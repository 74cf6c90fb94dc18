/** A registrant's journey in a real browser: meets the line, waits, gets in, registers; with and without JavaScript. */

import type { Browser } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { browserVisitor, startBrowser, strangers } from '../support/browser.ts';
import { register, type Stage, shownNumber, startStage } from '../support/journey-stage.ts';

let browser: Browser;
let stage: Stage;

beforeAll(async () => {
  [browser, stage] = await Promise.all([startBrowser(), startStage()]);
});

const WAITING = 'You are in line';
const INSIDE = 'Begin';

/** What pages ask for beside themselves, run in a page: an image and two hints for its own address, and four fetches. */
const BESIDE = `(async () => {
  const own = ['/favicon.ico', '/assets/app.css', '/api/attendees?eventid=4715', location.href];
  const image = new Image();
  image.src = location.href;
  for (const rel of ['prefetch', 'preload']) {
    const link = document.head.appendChild(document.createElement('link'));
    Object.assign(link, { rel, as: 'fetch', href: location.href });
  }
  await image.decode().catch(() => undefined);
  return Promise.all(own.map((url) => fetch(url).then((answer) => answer.headers.get('headgate-state'))));
})()`;

describe.concurrent('a registrant', () => {
  it.each([
    { how: 'with JavaScript', javaScriptEnabled: true, event: '4711' },
    { how: 'without JavaScript', javaScriptEnabled: false, event: '4712' },
  ])(
    'meets the line, waits, gets in and registers on five pages of one line, $how',
    async ({ javaScriptEnabled, event }) => {
      const { gate, platform, addressOf } = stage;
      const occupant = await stage.occupy(event);
      const visitor = await browserVisitor(browser, { javaScriptEnabled });
      const { page } = visitor;
      await page.goto(addressOf(event));
      expect(await page.locator('h1').textContent()).toBe(WAITING);
      expect(await page.title()).toMatch(/^\(1\) You are in line/);
      expect(await shownNumber(page)).toBe('2');
      await occupant.leave();
      await page.getByRole('link', { name: INSIDE }).waitFor();
      expect(page.url()).toBe(addressOf(event));
      expect(await register(page, 'Ada')).not.toBe('');
      expect((await platform.stats()).registrations[event]).toBe(1);
      expect(await stage.issued(`event-${event}`)).toBe(2);
      expect(await stage.issued('platform')).toBe(0);
      expect([...(await visitor.gateCookies()).keys()].filter((name) => !name.endsWith(event))).toEqual([]);
      expect(visitor.complaints).toEqual([]);
      expect(strangers(visitor, gate.url)).toEqual([]);
    },
  );

  it('keeps one place through reloads, a second tab, a closed tab and a browser that comes back', async () => {
    const event = '4713';
    await stage.occupy(event);
    const visitor = await browserVisitor(browser);
    await visitor.page.goto(stage.addressOf(event));
    await visitor.page.reload();
    await visitor.page.reload();
    const second = await visitor.openTab();
    await second.goto(stage.addressOf(event));
    expect([await shownNumber(visitor.page), await shownNumber(second)]).toEqual(['2', '2']);
    await visitor.page.close();
    await second.close();
    const profile = await visitor.context.storageState();
    // A cookie without an end would be gone with the browser.
    expect(profile.cookies.filter(({ name, expires }) => name.startsWith('hg_') && expires < 0)).toEqual([]);
    await visitor.context.close();
    const later = await browserVisitor(browser, { storageState: profile });
    await later.page.goto(stage.addressOf(event));
    expect(await shownNumber(later.page)).toBe('2');
    expect(await stage.issued(`event-${event}`)).toBe(2);
  });

  it('gets into two tabs as one session, and finds the form again by the back button', async () => {
    const event = '4714';
    const occupant = await stage.occupy(event);
    const visitor = await browserVisitor(browser);
    const [one, two] = [visitor.page, await visitor.openTab()];
    await one.goto(stage.addressOf(event));
    await two.goto(stage.addressOf(event));
    await occupant.leave();
    await Promise.all([one, two].map((tab) => tab.getByRole('link', { name: INSIDE }).waitFor()));
    expect(await stage.issued(`event-${event}`)).toBe(2);
    await one.getByRole('link', { name: INSIDE }).click();
    await one.getByLabel('Name').waitFor();
    await one.goBack();
    await one.getByRole('link', { name: INSIDE }).waitFor();
    expect([...(await visitor.gateCookies()).keys()]).toEqual([`hg_p_event-${event}`]);
    expect(await stage.issued('platform')).toBe(0);
    expect(visitor.complaints).toEqual([]);
  });

  it('takes one number by a navigation, whatever else the page asks for beside it', async () => {
    const event = '4715';
    await stage.occupy(event);
    const visitor = await browserVisitor(browser);
    const { page } = visitor;
    await page.goto(stage.addressOf(event));
    const answers = (await page.evaluate(BESIDE)) as string[];
    expect(answers.slice(1)).toEqual(['bypassed', 'waiting', 'waiting']);
    await page.reload();
    expect(await shownNumber(page)).toBe('2');
    expect(await stage.issued(`event-${event}`)).toBe(2);
  });

  it('waits and gets in within a frame of the same site', async () => {
    const event = '4716';
    const occupant = await stage.occupy(event);
    const visitor = await browserVisitor(browser);
    const { page } = visitor;
    await page.goto(`${stage.gate.url}/.headgate/live`);
    await page.setContent(
      `<h1>Our summit</h1><iframe src="${stage.addressOf(event)}" width="380" height="700"></iframe>`,
    );
    const frame = page.frameLocator('iframe');
    expect(await frame.locator('h1').textContent()).toBe(WAITING);
    await occupant.leave();
    await frame.getByRole('link', { name: INSIDE }).waitFor();
    expect(await stage.issued(`event-${event}`)).toBe(2);
    expect(visitor.complaints).toEqual([]);
  });
});
