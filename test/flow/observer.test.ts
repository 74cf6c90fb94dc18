/** Around the gate, end to end: a real gate in front of a platform whose observer tells, and refuses, what did not come through it. */
import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import express from 'express';
import { beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { createObserver, type Observer } from '../../admin/observer/index.js';
import type { Observation } from '../../admin/observer/words.d.ts';
import { startChild } from '../../load-tests/child-process.ts';
import { serve } from '../admin/observer/support.ts';
import { sharedKeys } from '../support/gateway-keys.ts';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { ask, cookiesOf, NAVIGATION } from '../support/http-client.ts';
import { startPlatformProcess } from '../support/platform-process.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { untilSo } from '../support/within.ts';

const WAIT_MS = 60_000;
const PAGE = '/ereg/newreg.php?eventid=4711';

const config = (upstream: string, keys: string) => `
keys: { path: ${JSON.stringify(keys)} }
upstreams: { platform: { targets: ["${upstream}"] } }
rooms:
  "event-{eventid}": { limits: { sessions: 10 } }
  platform: {}
rules:
  - { name: assets, match: { path: /assets/* }, action: bypass, class: asset }
  - { name: event, match: { path: /ereg/*, query: { eventid: "{eventid}" } }, room: "event-{eventid}" }
default: { room: platform, upstream: platform }
`;

/** A folder with nothing but the gate's stamp keys, as a platform gets them. */
async function stampKeysOf(keys: string): Promise<string> {
  const folder = join(await tempFolder(), 'stamp-keys');
  await mkdir(folder);
  await takeStampKeys(keys, folder);
  return folder;
}

async function takeStampKeys(keys: string, folder: string): Promise<void> {
  const names = (await readdir(keys)).filter((name) => name.endsWith('.stamp.jwk'));
  await Promise.all(names.map((name) => copyFile(join(keys, name), join(folder, name))));
}

describe('a platform with an observer behind a gate', () => {
  let keys: string;
  let stampKeys: string;
  let gate: GatewayProcess;
  let straight: string;
  let observer: Observer;
  let aheadMs = 0;
  const now = () => Date.now() + aheadMs;

  beforeAll(async () => {
    keys = await sharedKeys();
    stampKeys = await stampKeysOf(keys);
  });

  async function start(refuse: boolean): Promise<void> {
    const app = express();
    app.use((request, response, next) => observer.middleware(request, response, next));
    app.use((request, response) => void response.json({ url: request.originalUrl }));
    straight = await serve(app);
    gate = await startGateway({ config: config(straight, keys) });
    onTestFinished(async () => void (await gate.kill()));
    const jwksUrl = `${gate.url}/.headgate/jwks.json`;
    observer = createObserver({ stampKeys, jwksUrl, refuse, allow: ['/health'], now, log: () => {} });
    onTestFinished(() => observer.stop());
    await observer.ready;
  }

  test('through the gate is stamped, straight is unstamped, and told with address and networks', async () => {
    await start(false);
    const targets = [
      PAGE,
      '/assets/app.css',
      '/',
      '/events/4711?q=%C3%A4&x=a%20b',
      '/.//ereg/./newreg.php?eventid=1',
    ];
    for (const target of targets)
      expect((await ask(gate.url + target, { headers: NAVIGATION })).status).toBe(200);
    expect(observer.figures()).toMatchObject({ requests: 5, stamped: 5, unstamped: 0 });

    const host = new URL(gate.url).host;
    for (let i = 0; i < 3; i += 1)
      expect((await ask(straight + PAGE, { headers: { host } })).status).toBe(200);
    const { stamped, unstamped, wrong, byAddress } = observer.figures();
    expect([stamped, unstamped, wrong]).toEqual([5, 3, { malformed: 0, unknownKey: 0, forged: 0, clock: 0 }]);
    expect(byAddress[0]).toEqual({
      host: '127.0.0.1',
      pathShape: '/ereg/newreg.php',
      // The gate sent its fifth request on as the first one.
      ...{ requests: 5, unstamped: 3, refused: 0 },
      networks: [expect.stringMatching(/^[0-9a-f]{8}$/)],
      methods: ['GET'],
      examples: ['/ereg/newreg.php'],
    });
  });

  test('what came around it is refused, unless it is allowed or carries a pass of the gate', async () => {
    await start(true);
    const inside = await ask(gate.url + PAGE, { headers: NAVIGATION });
    expect([inside.status, inside.state]).toEqual([200, 'admitted']);
    expect((await ask(straight + PAGE)).status).toBe(403);
    expect((await ask(`${straight}/health`)).status).toBe(200);
    // An edge that verifies passes sends the visitor on with the cookie and without a stamp.
    expect((await ask(straight + PAGE, { headers: { cookie: cookiesOf(inside) } })).status).toBe(200);
    expect(observer.figures()).toMatchObject({ stamped: 1, unstamped: 1, refused: 1, allowed: 1, passed: 1 });
  });

  test('after the gate’s keys were rotated nobody is refused', async () => {
    await start(true);
    const enter = async () => (await ask(gate.url + PAGE, { headers: NAVIGATION })).state;
    expect(await enter()).toBe('admitted');
    const env = { HEADGATE_CONFIG: gate.configPath, HEADGATE_DATA: gate.data };
    expect(await startChild('gateway/main.ts', ['keys', 'new'], env).ended).toBe(0);
    await takeStampKeys(keys, stampKeys);
    expect(await startChild('gateway/main.ts', ['keys', 'rotate'], env).ended).toBe(0);
    gate.signal('SIGHUP');
    await gate.printed(/configuration reloaded/);
    aheadMs += 2_000;
    expect(await enter()).toBe('admitted');
    expect(observer.figures()).toMatchObject({ stamped: 2, unstamped: 0, wrong: { unknownKey: 0 } });
  });
});

describe('the demo platform', () => {
  let keys: string;
  let tokenFile: string;
  let reports: { authorization: string | undefined; body: Observation }[];
  let admin: string;

  beforeEach(async () => {
    keys = await sharedKeys();
    tokenFile = join(await tempFolder(), 'token');
    await writeFile(tokenFile, 't0ken');
    reports = [];
    admin = await serve(async (request, response) => {
      let text = '';
      for await (const chunk of request) text += chunk;
      reports.push({ authorization: request.headers.authorization, body: JSON.parse(text) });
      response.writeHead(204).end();
    });
  });

  async function start(...more: string[]) {
    const args = ['--stamp-keys', keys, '--report-to', admin, '--token-file', tokenFile, ...more];
    const platform = await startPlatformProcess({ integrated: true, args });
    const gate = await startGateway({ config: config(platform.url, keys) });
    return { platform, gate };
  }

  test('that is told where reports what came around the gate, and its books agree', async () => {
    const { platform, gate } = await start();
    for (let i = 0; i < 4; i += 1) await ask(gate.url + PAGE, { headers: NAVIGATION });
    await ask(platform.url + PAGE, { headers: { 'headgate-stamp': 'v1.1.a.b.c.d' } });
    expect(await platform.stats()).toMatchObject({ requests: 5, stamped: 4, unstamped: 1 });
    await untilSo(WAIT_MS, 'a report of it', () => reports.at(-1)?.body.unstamped === 1);
    expect(reports.at(-1)).toMatchObject({
      authorization: 'Bearer t0ken',
      body: {
        requests: 5,
        stamped: 4,
        wrong: { unknownKey: 1 },
        byAddress: [{ pathShape: '/ereg/newreg.php', unstamped: 1 }],
      },
    });
  });

  test('that refuses takes what came through the gate alone, WebSockets among it; its books stay within reach', async () => {
    const { platform, gate } = await start('--refuse');
    expect((await ask(platform.url + PAGE, { headers: NAVIGATION })).status).toBe(403);
    const inside = await ask(`${gate.url}/`, { headers: NAVIGATION });
    expect([inside.status, inside.state]).toEqual([200, 'admitted']);
    expect(await opened(platform.url)).toBe(false);
    expect(await opened(gate.url, cookiesOf(inside))).toBe(true);
    expect(await platform.stats()).toMatchObject({ requests: 4, failed: 0, stamped: 2, unstamped: 2 });
    await platform.setMode({ queryMs: 0 });
  });

  test.each([
    [['--refuse'], /need --integrated/],
    [['--integrated', '--refuse'], /need --stamp-keys/],
    [['--integrated', '--stamp-keys', 'keys', '--report-to', 'http://127.0.0.1:1'], /needs --token-file/],
    [
      ['--integrated', '--stamp-keys', 'keys', '--report-to', 'nowhere', '--token-file', 'x'],
      /reportTo must be/,
    ],
  ])('that is told half of it says what is missing: %j', async (args, message) => {
    const child = startChild('load-tests/platform/main.ts', ['--port', '0', ...args]);
    await child.printed(message);
    expect(await child.ended).toBeGreaterThan(0);
  });
});

function opened(url: string, cookie = ''): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, { headers: { cookie } });
    socket.once('error', () => resolve(false));
    socket.once('open', () => {
      socket.close();
      resolve(true);
    });
  });
}
