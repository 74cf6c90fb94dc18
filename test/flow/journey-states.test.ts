/** What becomes of a room, as a person sees it in a real browser: its opening, pauses, its end, and a platform that is down. */
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

/** Within the longest prequeue that there may be. */
const FAR_OFF = new Date(Date.now() + 20 * 24 * 3_600_000).toISOString();

beforeAll(async () => {
  browser = await startBrowser();
  parts = {
    gonePort: await freePort(),
    rooms: `
  event-calm: { limits: { sessions: 1 }, state: open }
  event-launch: { limits: { sessions: 5 } }
  event-last: { limits: { sessions: 1, seats: 1 } }
  event-off: { state: offline }
  event-over: { state: ended }`,
    more: `
launches:
  - { name: launch, room: event-launch, opensAt: "${FAR_OFF}", prequeueMinutes: 43200, draw: true }
`,
  };
  stage = await startStage(parts);
});

const exactly = (name: string) => ({ name, exact: true });

describe.concurrent('a registrant', () => {
  it('before the opening sees when it is, and gets in by itself once it has come, with and without JavaScript', async () => {
    const visitors = [
      await browserVisitor(browser),
      await browserVisitor(browser, { javaScriptEnabled: false }),
    ];
    for (const [i, { page }] of visitors.entries()) {
      await page.goto(stage.addressOf('launch'));
      expect(await page.locator('h1').textContent()).toBe('Registration is not open yet');
      expect(await page.locator('time').first().textContent()).toContain(FAR_OFF.slice(0, 4));
      expect(await shownNumber(page)).toBe(String(i + 1));
      expect(await page.locator('[data-hg="position"]').count()).toBe(0);
    }
    await reconfigure('more', FAR_OFF, new Date(Date.now() + 3_000).toISOString());
    for (const visitor of visitors) {
      await visitor.page.getByRole('link', exactly('Begin')).waitFor();
      expect(visitor.complaints).toEqual([]);
      expect(strangers(visitor, stage.gate.url)).toEqual([]);
    }
  });

  it('sees the line paused and going on again with the same place', async () => {
    await stage.occupy('calm');
    const visitor = await browserVisitor(browser);
    const { page } = visitor;
    await page.goto(stage.addressOf('calm'));
    await reconfigure('rooms', 'state: open', 'state: paused');
    await page.getByRole('heading', exactly('The line is paused')).waitFor();
    expect(await shownNumber(page)).toBe('2');
    await reconfigure('rooms', 'state: paused', 'state: open');
    await page.getByRole('heading', exactly('You are in line')).waitFor();
    expect(await shownNumber(page)).toBe('2');
    expect(visitor.complaints).toEqual([]);
  });

  it('reads honest words where nothing can be had: offline, ended', async () => {
    const visitor = await browserVisitor(browser);
    const { page } = visitor;
    await page.goto(stage.addressOf('off'));
    expect(await page.locator('h1').textContent()).toBe('Registration is offline for now');
    expect(await page.locator('.kept').isVisible()).toBe(true);
    await page.goto(stage.addressOf('over'));
    expect(await page.locator('h1').textContent()).toBe('Registration has ended');
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
    await page.getByRole('heading', exactly('Sold out')).waitFor();
  });

  it('sees a page of the gate while the platform is down, and gets in by itself when it is back, with and without JavaScript', async () => {
    const visitors = [
      await browserVisitor(browser),
      await browserVisitor(browser, { javaScriptEnabled: false }),
    ];
    for (const visitor of visitors) {
      const answer = await visitor.page.goto(`${stage.gate.url}/gone/`);
      expect(answer?.status()).toBe(502);
      expect(await visitor.page.locator('h1').textContent()).toBe('The registration site did not answer');
      expect((await visitor.gateCookies()).size).toBe(0);
    }
    const platform = createServer((_request, response) =>
      response.setHeader('content-type', 'text/html').end('<h1>Back again</h1>'),
    );
    platform.listen(parts.gonePort, '127.0.0.1');
    cleanUpLater(() => platform.close().closeAllConnections());
    for (const { page } of visitors) await page.getByRole('heading', exactly('Back again')).waitFor();
  });
});

let writing = Promise.resolve();

/** Changes the configuration and has it read again; one change after the other, for tests run beside each other. */
function reconfigure(part: 'rooms' | 'more', before: string, after: string): Promise<void> {
  parts[part] = parts[part].replace(before, after);
  writing = writing.then(async () => {
    await stage.gate.writeConfig(stageConfig(stage.platform.url, parts));
    stage.gate.signal('SIGHUP');
  });
  return writing;
}
