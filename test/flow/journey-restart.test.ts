/** The gateway is killed with -9 while fifty wait, and everybody finds the own place again. */
import { expect, it } from 'vitest';
import { browserVisitor, startBrowser } from '../support/browser.ts';
import { visitor as programVisitor } from '../support/http-client.ts';
import { shownNumber, startStage } from '../support/journey-stage.ts';

const CROWD = 48;
const PAGE = '/ereg/newreg.php?eventid=4711';
const TICKET = '/.headgate/rooms/event-4711/ticket';

it('after kill -9 and a restart everybody keeps number and session; with JavaScript the page recovers by itself, without it by a reload', async () => {
  const [browser, stage] = await Promise.all([startBrowser(), startStage()]);
  const { gate } = stage;
  const occupant = await stage.occupy('4711');
  const scripted = await browserVisitor(browser);
  const plain = await browserVisitor(browser, { javaScriptEnabled: false });
  await scripted.page.goto(stage.addressOf('4711'));
  await plain.page.goto(stage.addressOf('4711'));
  const crowd = Array.from({ length: CROWD }, () => programVisitor(gate.url));
  await Promise.all(crowd.map((one) => one.open(PAGE)));
  const placesOf = () =>
    Promise.all(
      crowd.map(async (one) => {
        const { number, position, state } = (await one.send(TICKET)).json();
        return { number, position, state };
      }),
    );
  const before = await placesOf();
  expect(new Set(before.map(({ number }) => number)).size).toBe(CROWD);

  await gate.kill('SIGKILL');
  await scripted.page.getByText('The connection is lost. Your place is kept').first().waitFor();
  await expect(plain.page.reload()).rejects.toThrow(/ERR_CONNECTION_REFUSED/);
  await gate.restart();

  expect(await placesOf()).toEqual(before);
  expect(await occupant.stateNow()).toBe('admitted');
  await scripted.page.locator('[data-hg="note"]').waitFor({ state: 'hidden' });
  expect(await shownNumber(scripted.page)).toBe('2');
  await plain.page.goto(stage.addressOf('4711'));
  expect(await shownNumber(plain.page)).toBe('3');
  expect(await stage.issued('event-4711')).toBe(CROWD + 3);

  await occupant.leave();
  await scripted.page.getByRole('link', { name: 'Begin' }).waitFor();
  const after = await placesOf();
  expect(after.map(({ number }) => number)).toEqual(before.map(({ number }) => number));
  for (const [i, { position }] of after.entries()) {
    expect(Number(position)).toBeLessThan(Number(before[i]?.position));
  }
});
