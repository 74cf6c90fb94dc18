/** Laws of the observer's reports: they tell the window in the background, take up new tokens, and never hold up a request or the end of the platform. */
import { writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Observation } from '../../../admin/observer/words.d.ts';
import { startProgram } from '../../../load-tests/child-process.ts';
import { ask } from '../../support/http-client.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { untilSo } from '../../support/within.ts';
import { NOW_MS, newObserver, REQUEST, requestOf, SERVERS, serve, stamped } from './support.ts';

interface Report {
  path: string;
  authorization: string | undefined;
  body: Observation;
}

/** An admin API that keeps what it is told. `answer` may be changed under way. */
async function startAdmin() {
  const admin = {
    url: '',
    reports: [] as Report[],
    answer: (_request: IncomingMessage, response: ServerResponse) => void response.writeHead(204).end(),
  };
  admin.url = await serve(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const { url = '', headers } = request;
    admin.reports.push({ path: url, authorization: headers.authorization, body: JSON.parse(text) });
    admin.answer(request, response);
  });
  return admin;
}

const WAIT_MS = 60_000;

test('what was seen is posted to the admin API, whole, again and again', async () => {
  const admin = await startAdmin();
  const reportTo = `${admin.url}/`;
  const observer = newObserver({ reportTo, token: 't0ken', everySeconds: 0.1, name: 'platform-1' });
  observer.observe(requestOf(stamped()));
  observer.observe(requestOf());
  await untilSo(WAIT_MS, 'two reports', () => admin.reports.length >= 2);
  const { path, authorization, body } = admin.reports[1] as Report;
  expect([path, authorization]).toEqual(['/v1/observations', 'Bearer t0ken']);
  expect(body).toEqual({
    observer: 'platform-1',
    version: '1.0.0',
    at: new Date(NOW_MS).toISOString(),
    windowSeconds: 1,
    ...{ requests: 2, stamped: 1, passed: 0, unstamped: 1, allowed: 0, unknown: 0, refused: 0 },
    wrong: { malformed: 0, unknownKey: 0, forged: 0, clock: 0 },
    byAddress: [
      {
        host: 'register.example.com',
        pathShape: '/ereg/newreg.php',
        ...{ requests: 2, unstamped: 1, refused: 0 },
        networks: [expect.stringMatching(/^[0-9a-f]{8}$/)],
        methods: ['GET'],
        examples: ['/ereg/newreg.php'],
      },
    ],
    others: { requests: 0, unstamped: 0 },
  });
});

test('a token is read from its file for each report', async () => {
  const admin = await startAdmin();
  const tokenFile = join(await tempFolder(), 'token');
  await writeFile(tokenFile, 'first\n');
  newObserver({ reportTo: `${admin.url}/v1/observations`, tokenFile, everySeconds: 0.1 });
  const toldWith = (token: string) => () =>
    admin.reports.some(
      ({ path, authorization }) => path === '/v1/observations' && authorization === `Bearer ${token}`,
    );
  await untilSo(WAIT_MS, 'a report with the first token', toldWith('first'));
  await writeFile(tokenFile, 'second\n');
  await untilSo(WAIT_MS, 'a report with the second token', toldWith('second'));
});

test('an admin API that refuses, and one that is well again, are each said once, without the token', async () => {
  const admin = await startAdmin();
  const well = admin.answer;
  admin.answer = (_request, response) => void response.writeHead(401).end();
  const observer = newObserver({ reportTo: admin.url, token: 't0ken', everySeconds: 0.1 });
  await untilSo(WAIT_MS, 'three failures', () => observer.figures().reports.failed >= 3);
  expect(observer.said).toEqual([expect.stringMatching(/answers 401/)]);
  admin.answer = well;
  await untilSo(WAIT_MS, 'a success', () => observer.figures().reports.sent >= 1);
  expect(observer.said).toHaveLength(2);
  expect(observer.said.join()).not.toContain('t0ken');
});

test('a redirect takes no token elsewhere', async () => {
  const [admin, elsewhere] = [await startAdmin(), await startAdmin()];
  admin.answer = (_request, response) =>
    void response.writeHead(307, { location: `${elsewhere.url}/v1/observations` }).end();
  const observer = newObserver({ reportTo: admin.url, token: 't', everySeconds: 0.1 });
  await untilSo(WAIT_MS, 'failures', () => observer.figures().reports.failed >= 2);
  expect(elsewhere.reports).toEqual([]);
});

test('an admin API that hangs gets one call at a time, and holds up no request', async () => {
  const admin = await startAdmin();
  admin.answer = () => {};
  const observer = newObserver({ reportTo: admin.url, token: 't', everySeconds: 0.1 });
  const url = await SERVERS.express(observer);
  await untilSo(WAIT_MS, 'a call', () => admin.reports.length === 1);
  let ticks = 0;
  const timer = setInterval(() => (ticks += 1), 100);
  onTestFinished(() => clearInterval(timer));
  await untilSo(WAIT_MS, 'the time of five reports', async () => {
    expect((await ask(url + REQUEST.pathAndQuery, { headers: stamped() })).status).toBe(200);
    return ticks >= 5;
  });
  expect(admin.reports).toHaveLength(1);
});

test.each([
  ['its timers keep', '', false],
  ['a call that hangs keeps', 'observer.stop();', true],
])('nothing keeps the platform from ending: not that %s it', async (_what, atTheEnd, hangs) => {
  const admin = await startAdmin();
  if (hangs) admin.answer = () => {};
  const program = `
    import { createObserver } from './admin/observer/index.js';
    const stampKeys = './none';
    const observer = createObserver({ stampKeys, reportTo: '${admin.url}', token: 't', everySeconds: 0.1, log() {} });
    setTimeout(() => { console.log('over'); ${atTheEnd} }, 500);
  `;
  const child = startProgram(process.execPath, ['--input-type=module', '-e', program]);
  expect(await child.ended).toBe(0);
  expect(child.output()).toBe('over\n');
  expect(admin.reports.length).toBeGreaterThan(0);
});
