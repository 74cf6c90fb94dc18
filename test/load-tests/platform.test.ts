import { once } from 'node:events';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Platform, type PlatformOptions, startPlatform } from '../../load-tests/platform/platform.ts';
import { cleanUpLater } from '../support/clean-up.ts';

/** A platform whose database costs nothing, so that the tests judge its pages and books alone. */
async function startQuickPlatform(options: PlatformOptions = {}): Promise<Platform> {
  const platform = await startPlatform({ mode: { queryMs: 0 }, ...options });
  cleanUpLater(() => platform.close());
  return platform;
}

function get(platform: Platform, path: string, headers: Record<string, string> = {}) {
  return fetch(platform.url + path, { headers, redirect: 'manual' });
}

function post(platform: Platform, path: string, headers: Record<string, string> = {}, body = '') {
  return fetch(platform.url + path, { method: 'POST', headers, body, redirect: 'manual' });
}

function sessionOf(answer: Response): string {
  return answer.headers.getSetCookie()[0]!.split(';', 1)[0]!;
}

async function begin(platform: Platform, eventId = '4711'): Promise<string> {
  return sessionOf(await get(platform, `/ereg/newreg.php?eventid=${eventId}`));
}

async function finish(platform: Platform, cookie: string): Promise<Response> {
  for (const step of [2, 3, 4]) await post(platform, `/ereg/step/${step}`, { cookie });
  return post(platform, '/ereg/step/5', { cookie });
}

async function changeMode(platform: Platform, change: object): Promise<Response> {
  return post(platform, '/_platform/mode', {}, JSON.stringify(change));
}

test('a registration takes five pages, of which only the first names the event', async () => {
  const platform = await startQuickPlatform();
  const first = await get(platform, '/ereg/newreg.php?eventid=4711');
  expect(await first.text()).toContain('Autumn Summit');
  const cookie = sessionOf(first);

  const locations: Array<string | null> = [];
  for (const step of [2, 3, 4, 5]) {
    expect((await get(platform, `/ereg/step/${step}`, { cookie })).status).toBe(200);
    const answer = await post(platform, `/ereg/step/${step}`, { cookie });
    expect(answer.status).toBe(302);
    locations.push(answer.headers.get('location'));
  }
  expect(locations).toEqual(['/ereg/step/3', '/ereg/step/4', '/ereg/step/5', '/ereg/done']);
  expect(platform.books.stats().registrations).toMatchObject({ '4711': 1, '4712': 0 });
});

test('a page of the form without a session leads to the start, and a post without one registers nobody', async () => {
  const platform = await startQuickPlatform();
  const page = await get(platform, '/ereg/step/3');
  expect([page.status, page.headers.get('location')]).toEqual([302, '/events']);
  expect((await post(platform, '/ereg/step/5')).status).toBe(409);
  expect(platform.books.stats().registrations['4711']).toBe(0);
});

test('what a visitor sends never becomes markup, and comes out of the API as it was', async () => {
  const platform = await startQuickPlatform();
  const done = await get(platform, '/ereg/done', { cookie: 'ereg_number=<b>x</b>' });
  expect(await done.text()).toContain('&lt;b&gt;x&lt;/b&gt;');
  const cookie = await begin(platform);
  const form = { cookie, 'content-type': 'application/x-www-form-urlencoded' };
  await post(platform, '/ereg/step/2', form, `name=${encodeURIComponent('<b>x</b>')}`);
  await finish(platform, cookie);
  const answer = await get(platform, '/api/attendees?eventid=4711');
  expect(await answer.json()).toMatchObject({ attendees: [{ number: '4711-000001', name: '<b>x</b>' }] });
});

test('a session begins on the first page seen and ends by registering or by leaving', async () => {
  const platform = await startQuickPlatform();
  const cookies = await Promise.all([begin(platform), begin(platform), begin(platform)]);
  expect(platform.books.stats().sessions).toEqual({ now: 3, most: 3 });
  await finish(platform, cookies[0]!);
  await post(platform, '/ereg/leave', { cookie: cookies[1]! });
  expect(platform.books.stats()).toMatchObject({
    sessions: { now: 1, most: 3 },
    admissions: { mostPerMinute: 3, total: 3 },
  });
});

test('a visitor who is logged in has one session, though the answer that told of it was lost, and is counted at the event', async () => {
  const platform = await startQuickPlatform();
  const cookie = 'ereg_account=ann';
  for (let visit = 0; visit < 3; visit++) await get(platform, '/ereg/newreg.php?eventid=4711', { cookie });
  await begin(platform);
  expect(platform.books.stats()).toMatchObject({
    sessions: { now: 2, most: 2 },
    admissions: { total: 2 },
    byEvent: { 4711: { now: 2, most: 2 } },
  });
  await post(platform, '/ereg/leave', { cookie });
  expect(platform.books.stats().byEvent).toEqual({ 4711: { now: 1, most: 2 } });
});

test('further pages, assets, API calls and HEAD begin no session of their own', async () => {
  const platform = await startQuickPlatform();
  const cookie = sessionOf(await get(platform, '/'));
  for (const path of ['/events', '/events/4712', '/ereg/newreg.php?eventid=4712'])
    await get(platform, path, { cookie });
  for (const path of ['/assets/app.css', '/api/attendees?eventid=4711', '/admin/attendees']) {
    expect((await get(platform, path)).headers.getSetCookie()).toEqual([]);
  }
  await fetch(`${platform.url}/events`, { method: 'HEAD' });
  expect(platform.books.stats().admissions.total).toBe(1);
});

test('the books count requests by host and by stamp, and leave their own reading out', async () => {
  const platform = await startQuickPlatform();
  await get(platform, '/events', { 'headgate-stamp': 'v1.0.room' });
  await get(platform, '/nowhere');
  await get(platform, '/_platform/stats');
  expect(platform.books.stats()).toMatchObject({
    requests: 2,
    failed: 0,
    byHost: { '127.0.0.1': 2 },
    stamped: 1,
    unstamped: 1,
  });
});

test('reset zeroes the books and keeps the mode', async () => {
  const platform = await startQuickPlatform();
  await begin(platform);
  await changeMode(platform, { slowFactor: 3 });
  const zeroed = await (await post(platform, '/_platform/reset')).json();
  expect(zeroed).toMatchObject({
    requests: 0,
    sessions: { now: 0, most: 0 },
    admissions: { mostPerMinute: 0, total: 0 },
    byHost: {},
  });
  expect(platform.mode.slowFactor).toBe(3);
});

test('each answer of a failing route is played, and other routes stay well', async () => {
  const platform = await startQuickPlatform();
  const api = '/api/attendees?eventid=4711';
  await changeMode(platform, { route: '/api/*', answer: '503' });
  expect((await get(platform, api)).status).toBe(503);
  expect((await get(platform, '/events')).status).toBe(200);

  await changeMode(platform, { answer: 'empty' });
  const empty = await get(platform, api);
  expect([empty.status, await empty.text()]).toEqual([200, '']);

  await changeMode(platform, { answer: 'reset' });
  await expect(get(platform, api)).rejects.toThrow();

  await changeMode(platform, { answer: 'hang' });
  const leaving = new AbortController();
  const hanging = fetch(platform.url + api, { signal: leaving.signal });
  await expect.poll(() => platform.books.stats().requests).toBe(5);
  leaving.abort();
  await expect(hanging).rejects.toThrow();

  await changeMode(platform, { answer: null });
  expect((await get(platform, api)).status).toBe(200);
  await expect.poll(() => platform.books.stats().failed).toBe(3);
});

test.each([
  [{ queryMs: -1 }, 'queryMs'],
  [{ databaseConnections: 0 }, 'databaseConnections'],
  [{ databaseConnections: '5' }, 'databaseConnections'],
  [{ slowFactor: 0 }, 'slowFactor'],
  [{ route: 'api' }, 'route'],
  [{ answer: '500' }, 'answer'],
  [{ leakEvery: 1.5 }, 'leakEvery'],
  [{ slowEvents: 'none' }, 'slowEvents'],
  [{ endlessEvery: -1 }, 'endlessEvery'],
  [{ build: 7 }, 'build'],
  [{ speed: 1 }, 'speed'],
  [['503'], 'body'],
])('the change %j is refused, names %s, and changes nothing', async (change, field) => {
  const platform = await startQuickPlatform();
  const before = { ...platform.mode };
  const answer = await changeMode(platform, { ...(Array.isArray(change) ? {} : { queryMs: 5 }), ...change });
  const wrong = Array.isArray(change) ? await changeMode(platform, change) : answer;
  expect(wrong.status).toBe(400);
  expect(((await wrong.json()) as { error: string }).error).toMatch(new RegExp(`^${field}: `));
  if (!Array.isArray(change)) expect(platform.mode).toEqual(before);
});

test('a platform that leaks keeps one connection for every n requests, until it restarts', async () => {
  const platform = await startQuickPlatform({ mode: { queryMs: 0, leakEvery: 5 } });
  for (let i = 0; i < 20; i++) await get(platform, '/events');
  const { connections, database } = platform.books.stats();
  expect(database.inUse).toBe(4);
  expect(connections.now).toBeGreaterThanOrEqual(4);
});

test('one answer in so many begins and never ends, and its connection stays open', async () => {
  const platform = await startQuickPlatform({ mode: { queryMs: 0, endlessEvery: 3 } });
  const answers = await Promise.all([1, 2, 3, 4, 5, 6].map(() => get(platform, '/events')));
  const whole = answers.filter((answer) => answer.headers.get('content-type')?.startsWith('text/html'));
  expect(await Promise.all(whole.map((answer) => answer.text()))).toHaveLength(4);
  const endless = answers.filter((answer) => !whole.includes(answer));
  const begun = await Promise.all(endless.map((answer) => answer.body!.getReader().read()));
  expect(begun.map(({ value, done }) => [String.fromCharCode(...value!), done])).toEqual([
    ['begun\n', false],
    ['begun\n', false],
  ]);
  expect(platform.books.stats().connections.now).toBeGreaterThanOrEqual(2);
});

test('a limit check that became slow slows requests for events with a limit, by address or by session, and no others', async () => {
  const slow = { queryMs: 20, slowFactor: 20, slowEvents: 'limited' } as const;
  const platform = await startQuickPlatform({ mode: slow });
  const tookMs = async (path: string, cookie = '') => {
    const beganMs = performance.now();
    await (await get(platform, path, { cookie })).text();
    return performance.now() - beganMs;
  };
  const [limited, open] = [await begin(platform, '4717'), await begin(platform, '4711')];
  // One query of 20 ms: 400 ms where the check is made.
  expect(await tookMs('/ereg/step/2', limited)).toBeGreaterThan(380);
  expect(await tookMs('/events/4717')).toBeGreaterThan(780);
  const open1 = tookMs('/ereg/step/2', open);
  const open2 = tookMs('/events/4711');
  const slowest = tookMs('/ereg/step/3', limited);
  const order: string[] = [];
  await Promise.all([
    slowest.then(() => order.push('limited')),
    open1.then(() => order.push('open, by session')),
    open2.then(() => order.push('open, by address')),
  ]);
  expect(order.at(-1)).toBe('limited');
});

test('only an integrated platform speaks of sessions, seats and its build', async () => {
  for (const integrated of [true, false]) {
    const platform = await startQuickPlatform({ integrated });
    const first = await get(platform, '/ereg/newreg.php?eventid=4717');
    const cookie = sessionOf(first);
    const registered = await finish(platform, cookie);
    const done = await get(platform, '/ereg/done');
    const told = [first, registered, done].map((answer) => [
      answer.headers.get('headgate-session'),
      answer.headers.get('headgate-seats'),
      answer.headers.get('headgate-build'),
    ]);
    const nothing = [null, null, null];
    expect(told).toEqual(
      integrated
        ? [
            [null, '60', '1'],
            ['registered', '59', '1'],
            ['end', null, '1'],
          ]
        : [nothing, nothing, nothing],
    );
  }
});

test('an event never registers more people than it has seats', async () => {
  const platform = await startQuickPlatform();
  const statuses: number[] = [];
  for (let i = 0; i < 42; i++) statuses.push((await finish(platform, await begin(platform, '4721'))).status);
  expect(statuses).toEqual([...Array<number>(40).fill(302), 409, 409]);
});

test('the WebSocket sends back what it got, and the stream keeps telling', async () => {
  const platform = await startQuickPlatform();
  const socket = new WebSocket(`${platform.url.replace('http', 'ws')}/ws`);
  await once(socket, 'open');
  socket.send('hello');
  const [data, isBinary] = await once(socket, 'message');
  expect([String(data), isBinary]).toEqual(['hello', false]);
  socket.close();

  const stream = await get(platform, '/stream?everyMs=10');
  const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (!text.includes('id: 3')) text += (await reader.read()).value;
  await reader.cancel();
  expect(stream.headers.get('content-type')).toBe('text/event-stream');
});

test('API, payment callback and OPTIONS answer programs', async () => {
  const platform = await startQuickPlatform();
  const login = await post(platform, '/api/login', { 'content-type': 'application/json' }, '{"user":"ada"}');
  expect(((await login.json()) as { token: string }).token).toMatch(/^[0-9a-f-]{36}$/);
  expect((await post(platform, '/api/login', {}, '{}')).status).toBe(400);
  expect((await get(platform, '/api/attendees')).status).toBe(400);
  expect((await post(platform, '/pay/callback', {}, 'paid=1')).status).toBe(200);
  expect((await fetch(`${platform.url}/api/login`, { method: 'OPTIONS' })).status).toBe(204);
});
