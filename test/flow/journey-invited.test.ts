/** An invited person's journey in a real browser: from the operator's link to the lane, in, and registered; nobody meets the invitation on the way. */
import type { Browser } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import type { AdminClient } from '../support/admin-client.ts';
import { browserVisitor, startBrowser, strangers } from '../support/browser.ts';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { visitor } from '../support/http-client.ts';
import { register, shownNumber, stageConfig } from '../support/journey-stage.ts';
import { type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts';
import { untilSo } from '../support/within.ts';

const ROOM = 'event-4711';
const PAGE = '/ereg/newreg.php?eventid=4711';

let browser: Browser;
let gate: GatewayProcess;
let platform: PlatformProcess;
let api: AdminClient;

beforeAll(async () => {
  [browser, platform] = await Promise.all([startBrowser(), startPlatformProcess({ integrated: true })]);
  const rooms = `  ${ROOM}: { limits: { sessions: 1 }, lanes: { partner: 3 } }\n`;
  gate = await startGateway({ config: stageConfig(platform.url, { rooms }), admin: true });
  api = await gate.api();
  await untilSo(60_000, 'the admin hears of its gateway', async () => {
    const { items } = await api.get<{ items: { serial: number }[] }>('gateways');
    return items.some(({ serial }) => serial > 0);
  });
});

it('waits in the lane, in the visitor’s language, goes in and registers', async () => {
  const inside = visitor(gate.url);
  expect((await inside.open(PAGE)).state).toBe('admitted');
  const { invitations } = await api.done<{ invitations: string[] }>('POST', 'invitations', {
    ...{ room: ROOM, lane: 'partner', count: 1, note: 'sponsors', reason: 'a journey' },
  });
  const guest = await browserVisitor(browser, { locale: 'de' });
  const { page } = guest;
  await page.goto(`${gate.url}${PAGE}&hg_invite=${invitations[0]}`);
  expect(page.url()).toBe(`${gate.url}${PAGE}`);
  expect(await page.locator('main').textContent()).toContain('Sie warten auf Einladung in dieser Spur.');
  expect(await page.locator('dd', { hasText: 'partner' }).count()).toBe(1);
  expect(await shownNumber(page)).toBe('1');
  if (process.env.HEADGATE_PICTURES)
    await page.screenshot({ path: `${process.env.HEADGATE_PICTURES}/invited.png`, fullPage: true });
  await inside.send(`/.headgate/rooms/${ROOM}/leave`, { method: 'POST' });
  await page.getByRole('link', { name: 'Begin' }).waitFor();
  expect(await register(page, 'Ada')).not.toBe('');
  expect((await platform.stats()).registrations['4711']).toBe(1);
  expect(guest.complaints).toEqual([]);
  expect(strangers(guest, gate.url)).toEqual([]);
});
