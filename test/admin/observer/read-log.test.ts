/** Laws of the observer that reads a log: what is appended is counted by how it came, through rotations, and reported without anything of a visitor. */
import { spawn } from 'node:child_process';
import { appendFile, rename, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { followFile } from '../../../admin/observer/follow-file.js';
import { createLogObserver, type LogObserverOptions } from '../../../admin/observer/log-observer.js';
import type { Observation } from '../../../admin/observer/words.d.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { untilSo } from '../../support/within.ts';
import { lineOf } from '../log-audit/stage.ts';
import { KEY, NOW_MS, newStampKey, REQUEST, saveKey, serve, stampOf } from './support.ts';

const WAIT_MS = 60_000;
const READ_LOG = fileURLToPath(new URL('../../../admin/observer/read-log.js', import.meta.url));

/** A line of the request that the stamps of the other laws are for. */
const logged = (change: Partial<Parameters<typeof lineOf>[0]> = {}) =>
  lineOf({
    host: REQUEST.host,
    target: REQUEST.pathAndQuery,
    client: '203.0.113.7',
    atMs: NOW_MS,
    stamp: '-',
    ...change,
  });

function newObserver(options: Partial<LogObserverOptions> = {}) {
  const observer = createLogObserver({
    reportTo: 'http://127.0.0.1:9',
    token: 't0ken',
    everySeconds: 60,
    now: () => NOW_MS,
    log: () => {},
    ...options,
  });
  onTestFinished(() => observer.stop());
  return observer;
}

describe('how a line came', () => {
  test('with the keys a stamp is verified, and a forged one is around the gate', async () => {
    const folder = await tempFolder();
    const key = newStampKey('k7');
    await saveKey(folder, key);
    const observer = newObserver({ stampKeys: folder });
    await observer.ready;
    const forged = newStampKey('k7');
    for (const stamp of [stampOf({}, key), stampOf({}, forged), '-', 'v1.nonsense'])
      observer.take(logged({ stamp }));
    const { requests, stamped, unstamped, wrong, byAddress } = observer.figures();
    expect({ requests, stamped, unstamped }).toEqual({ requests: 4, stamped: 1, unstamped: 3 });
    expect(wrong).toMatchObject({ forged: 1, malformed: 1 });
    expect(byAddress[0]).toMatchObject({ host: REQUEST.host, pathShape: '/ereg/newreg.php', unstamped: 3 });
    expect(byAddress[0]!.networks).toEqual([expect.stringMatching(/^[0-9a-f]{8}$/)]);
  });

  test('without keys what looks like a stamp counts', () => {
    const observer = newObserver({ allow: ['/health'] });
    for (const stamp of [stampOf(), '-', 'v1.1.a.b.c.d']) observer.take(logged({ stamp }));
    observer.take(logged({ target: '/health' }));
    observer.take('rubbish');
    observer.take(lineOf({ target: '/', atMs: NOW_MS }));
    const { stamped, unstamped, allowed, skipped } = observer.figures();
    expect({ stamped, unstamped, allowed, skipped }).toEqual({
      ...{ stamped: 1, unstamped: 2, allowed: 1 },
      skipped: { malformed: 1, withoutHost: 1 },
    });
  });

  test('a rehearsal’s requests are no traffic, by the room of their stamp alone', async () => {
    const folder = await tempFolder();
    await saveKey(folder, KEY);
    const verifying = newObserver({ stampKeys: folder });
    await verifying.ready;
    for (const observer of [verifying, newObserver()]) {
      for (const room of ['~r3f9k~event-4711', '~r3f9k~-', 'event-4711', '-'])
        observer.take(logged({ stamp: stampOf({ room }) }));
      expect(observer.figures()).toMatchObject({ requests: 2, stamped: 2, unstamped: 0 });
    }
    // What anybody can write leaves nobody out.
    verifying.take(logged({ stamp: stampOf({ room: '~r3f9k~event-4711' }, newStampKey('k1')) }));
    expect(verifying.figures()).toMatchObject({ requests: 3, unstamped: 1 });
  });

  test('nothing of a visitor is in a report', () => {
    const observer = newObserver();
    observer.take(logged({ target: '/user/jane@example.com?token=s3cret', agent: 'Firefox' }));
    expect(JSON.stringify(observer.figures())).not.toMatch(/203\.0\.113|jane|s3cret|Firefox/);
  });
});

describe('following', () => {
  async function follow() {
    const file = join(await tempFolder(), 'access.log');
    await writeFile(file, 'before\n');
    const seen = { text: '', rotations: 0 };
    const following = followFile(file, {
      onBytes: (bytes) => {
        seen.text += bytes.toString('latin1');
      },
      onRotate: () => {
        seen.rotations += 1;
      },
      onFault: (error) => {
        throw error;
      },
      everyMs: 20,
    });
    onTestFinished(() => following.stop());
    await following.ready;
    const saw = (text: string) => untilSo(WAIT_MS, text, () => seen.text.endsWith(text));
    return { file, seen, saw };
  }

  test('what was there before is left alone, what is appended is seen', async () => {
    const { file, seen, saw } = await follow();
    await appendFile(file, 'one\n');
    await saw('one\n');
    expect(seen.text).toBe('one\n');
  });

  test('a renamed log is read to its end, and then the new one from its beginning', async () => {
    const { file, seen, saw } = await follow();
    await rename(file, `${file}.1`);
    await appendFile(`${file}.1`, 'last\n');
    await writeFile(file, 'first\n');
    await saw('first\n');
    expect(seen).toEqual({ text: 'last\nfirst\n', rotations: 1 });
  });

  test('a log that is cut to nothing is read from its beginning', async () => {
    const { file, seen, saw } = await follow();
    await truncate(file, 0);
    await untilSo(WAIT_MS, 'the rotation', () => seen.rotations === 1);
    await appendFile(file, 'first\n');
    await saw('first\n');
  });
});

test('as a program it follows the log, and posts what it saw with its token', async () => {
  const reports: { authorization: string | undefined; body: Observation }[] = [];
  const url = await serve(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    reports.push({ authorization: request.headers.authorization, body: JSON.parse(text) });
    response.writeHead(204).end();
  });
  const folder = await tempFolder();
  const [file, token] = [join(folder, 'access.log'), join(folder, 'token')];
  await writeFile(file, '');
  await writeFile(token, 't0ken\n');
  const args = [
    READ_LOG,
    file,
    '--report-to',
    url,
    '--token-file',
    token,
    '--every',
    '0.2',
    '--name',
    'web-1',
  ];
  const child = spawn(process.execPath, args, { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  onTestFinished(() => void child.kill('SIGKILL'));
  await untilSo(WAIT_MS, 'a first report', () => reports.length > 0);
  await appendFile(file, `${logged({ stamp: stampOf() })}\n${logged()}\n`);
  await untilSo(WAIT_MS, 'both requests', () => reports.at(-1)!.body.requests === 2);
  const { authorization, body } = reports.at(-1)!;
  expect(authorization).toBe('Bearer t0ken');
  expect(body).toMatchObject({ observer: 'web-1', stamped: 1, unstamped: 1 });
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
});
