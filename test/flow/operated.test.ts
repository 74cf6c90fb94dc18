/** A room that an operator closed for a while says when it opens, in the page, in JSON, and as HTTP tells it. */
import { expect, it } from 'vitest';
import { startStoreHere } from '../support/gate-in-process.ts';
import { ask, cookiesOf, NAVIGATION } from '../support/http-client.ts';

const CONFIG = `
upstreams: { platform: { targets: ["http://127.0.0.1:9"] } }
rooms: { site: { limits: { sessions: 0 } } }
rules: []
default: { room: site, upstream: platform }
`;

it('an offline room tells until when, keeps the place, and nothing of it once it is open', async () => {
  const { store, gate } = await startStoreHere(CONFIG);
  const { url } = await gate('one');
  const page = () => ask(`${url}/form`, { headers: { ...NAVIGATION, cookie } });
  const status = async () => (await ask(`${url}/.headgate/rooms/site/status`)).json();
  let cookie = '';
  cookie = cookiesOf(await page());
  const until = Date.UTC(2100, 0, 2, 9);
  await store.operate('site', { kind: 'offline', until });
  const offline = await page();
  expect(offline.state).toBe('offline');
  const html = offline.text;
  expect(html).toContain('datetime="2100-01-02T09:00:00.000Z"');
  expect(html).toContain('data-hg="number">1<');
  await expect
    .poll(status)
    .toMatchObject({ state: 'offline', reopensAt: '2100-01-02T09:00:00.000Z', issued: 1 });
  await store.operate('site', { kind: 'open' });
  await expect.poll(status).toMatchObject({ state: 'engaged', reopensAt: null, issued: 1 });
  expect((await page()).text).not.toContain('2100-01-02');
});
