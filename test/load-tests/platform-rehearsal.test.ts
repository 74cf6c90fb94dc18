/** The demo platform and a rehearsal: it says that it may be rehearsed with, and keeps those who only play in books of their own. */
import { expect, test } from 'vitest';
import type { PlatformStats } from '../../load-tests/platform/books.ts';
import { type PlatformOptions, startPlatform } from '../../load-tests/platform/platform.ts';
import { cleanUpLater } from '../support/clean-up.ts';
import { visitor } from '../support/http-client.ts';

const PLAYED = { 'headgate-rehearsal': 'r3f9k' };
const FORM = '/ereg/newreg.php?eventid=4713';

async function platformWith(options: PlatformOptions) {
  const platform = await startPlatform({ mode: { queryMs: 0 }, ...options });
  cleanUpLater(() => platform.close());
  return platform;
}

async function register(url: string, headers: Record<string, string> = {}) {
  const who = visitor(url, headers);
  const first = await who.open(FORM);
  for (const step of [2, 3, 4]) await who.post(`/ereg/step/${step}`);
  const last = await who.post('/ereg/step/5');
  return { seats: first.headers['headgate-seats'], last };
}

test('a rehearsal’s registrations, sessions and seats stand in its own books, and real ones in theirs', async () => {
  const platform = await platformWith({ integrated: true });
  await register(platform.url);
  for (let count = 0; count < 3; count++) await register(platform.url, PLAYED);
  const stats = async (query: string) =>
    (await (await fetch(`${platform.url}/_platform/stats${query}`)).json()) as PlatformStats;
  const [real, played] = [await stats(''), await stats('?books=rehearsal')];
  expect([real.requests, real.registrations['4713'], real.admissions.total]).toEqual([5, 1, 1]);
  expect([played.requests, played.registrations['4713'], played.admissions.total]).toEqual([15, 3, 3]);
  expect((await register(platform.url)).seats).toBe('119');
  expect((await register(platform.url, PLAYED)).seats).toBe('117');

  await fetch(`${platform.url}/_platform/reset?books=rehearsal`, { method: 'POST' });
  expect((await stats('?books=rehearsal')).registrations['4713']).toBe(0);
  expect((await stats('')).registrations['4713']).toBe(2);
});

test('a platform that knows nothing of a gate knows nothing of rehearsals', async () => {
  const platform = await platformWith({ rehearsalToken: 'yes-you-may' });
  await register(platform.url, PLAYED);
  expect(platform.books.stats().registrations['4713']).toBe(1);
  const ask = async (path: string) => (await fetch(platform.url + path)).status;
  expect(await ask('/.well-known/headgate-rehearsal')).toBe(404);
  expect(await ask('/_platform/stats?books=rehearsal')).toBe(404);
});

test('it answers its token as plain text, to everybody, with and without the header', async () => {
  const platform = await platformWith({ integrated: true, rehearsalToken: 'yes-you-may' });
  for (const headers of [{}, PLAYED]) {
    const answer = await fetch(`${platform.url}/.well-known/headgate-rehearsal`, { headers });
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
      200,
      'text/plain; charset=utf-8',
      'yes-you-may',
    ]);
  }
});
