/** Laws of the observer's keys: rotations need no restart, and a lack of keys never makes a stranger of a visitor. */
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { createObserver } from '../../../admin/observer/index.js';
import { ask } from '../../support/http-client.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import {
  KEY,
  NOW_MS,
  newObserver,
  newStampKey,
  REQUEST,
  requestOf,
  SERVERS,
  saveKey,
  stamped,
} from './support.ts';

const NEW = newStampKey('k2');
const PATH = REQUEST.pathAndQuery;
let folder: string;
let nowMs: number;
const now = () => nowMs;

beforeEach(async () => {
  folder = await tempFolder();
  nowMs = NOW_MS;
});

test('keys are read from a folder, beside which other files may lie, or from the files themselves', async () => {
  await saveKey(folder, KEY);
  await writeFile(join(folder, 'k1.ticket.jwk'), '{}');
  await writeFile(join(folder, 'current.json'), '{}');
  for (const stampKeys of [folder, join(folder, 'k1.stamp.jwk'), [join(folder, 'k1.stamp.jwk')]]) {
    const observer = newObserver({ stampKeys });
    await observer.ready;
    expect(observer.observe(requestOf(stamped())).kind).toBe('stamped');
    expect(observer.said).toEqual([]);
  }
});

test('a key that the gate begins to sign with is looked for in the very request that names it', async () => {
  await saveKey(folder, KEY);
  const observer = newObserver({ stampKeys: folder, refuse: true, now });
  const url = await SERVERS.express(observer);
  await observer.ready;
  await saveKey(folder, NEW);
  nowMs += 1_000;
  for (const key of [NEW, KEY])
    expect((await ask(url + PATH, { headers: stamped({}, key) })).status).toBe(200);
  expect(observer.figures()).toMatchObject({ stamped: 2, unknown: 0, wrong: { unknownKey: 0 } });
});

test('a key that is nowhere is no proof, and has the keys read at most once a second', async () => {
  await saveKey(folder, KEY);
  const observer = newObserver({ stampKeys: folder, refuse: true, now });
  await observer.ready;
  nowMs += 1_000;
  const stranger = requestOf(stamped({}, NEW));
  expect(await observer.judge(stranger)).toMatchObject({
    kind: 'unstamped',
    wrong: 'unknownKey',
    isRefused: true,
  });
  // What was read a moment ago needs no second look: the verdict comes at once.
  expect(observer.observe(stranger)).toMatchObject({ kind: 'unstamped', isRefused: true });
});

test('a retired key is worth nothing once the keys are read again', async () => {
  await saveKey(folder, KEY);
  await saveKey(folder, NEW);
  const observer = newObserver({ stampKeys: folder, now });
  await observer.ready;
  expect(observer.observe(requestOf(stamped())).kind).toBe('stamped');
  await rm(join(folder, 'k1.stamp.jwk'));
  nowMs += 1_000;
  await observer.judge(requestOf(stamped({}, newStampKey('nowhere'))));
  expect(observer.observe(requestOf(stamped()))).toMatchObject({ kind: 'unstamped', wrong: 'unknownKey' });
});

describe('while keys cannot be read', () => {
  test('nothing is refused, what carries a stamp is unknown, and it is said once', async () => {
    const observer = newObserver({ stampKeys: join(folder, 'none'), refuse: true, now });
    const url = await SERVERS.express(observer);
    await observer.ready;
    for (const headers of [stamped(), { host: REQUEST.host }, stamped()]) {
      nowMs += 1_000;
      expect((await ask(url + PATH, { headers })).status).toBe(200);
    }
    expect(observer.figures()).toMatchObject({ requests: 3, unknown: 2, unstamped: 1, refused: 0 });
    expect(observer.said).toHaveLength(1);
    expect(observer.said[0]).toMatch(/stamp keys cannot be read.*none/);
  });

  test('those that were read before are good, and a newer one is unknown', async () => {
    await saveKey(folder, KEY);
    const observer = newObserver({ stampKeys: folder, refuse: true, now });
    await observer.ready;
    await rename(folder, `${folder}-away`);
    nowMs += 1_000;
    expect(await observer.judge(requestOf(stamped({}, NEW)))).toMatchObject({
      kind: 'unknown',
      isRefused: false,
    });
    expect(observer.observe(requestOf(stamped())).kind).toBe('stamped');
    await rename(`${folder}-away`, folder);
    nowMs += 1_000;
    expect((await observer.judge(requestOf(stamped({}, NEW)))).isRefused).toBe(true);
    expect(observer.said.map((line) => /again/.test(line))).toEqual([false, true]);
  });
});

test('a file that is no key is named, without a word of what is in it, and takes no other away', async () => {
  await saveKey(folder, KEY);
  await writeFile(join(folder, 'bad.stamp.jwk'), 's3cret');
  await writeFile(join(folder, 'short.stamp.jwk'), '{"kty":"oct","k":"s3cret"}');
  const observer = newObserver({ stampKeys: folder });
  await observer.ready;
  expect(observer.observe(requestOf(stamped())).kind).toBe('stamped');
  expect(observer.said.join('\n')).toMatch(/bad\.stamp\.jwk(.|\n)*short\.stamp\.jwk/);
  expect(observer.said.join('\n')).not.toContain('s3cret');
});

test.each([
  [{ stampKeys: [] }, 'stampKeys'],
  [{ stampKeys: '' }, 'stampKeys'],
  [{ stampKeys: [{ kid: 'k', k: 'short' }] }, 'kid'],
  [{ stampKeys: 'keys', reportTo: 'http://127.0.0.1:1' }, 'token'],
  [{ stampKeys: 'keys', reportTo: 'nowhere', token: 't' }, 'reportTo'],
  [{ stampKeys: 'keys', allow: ['health'] }, 'allow'],
  [{ stampKeys: 'keys', jwksUrl: 'file:///x' }, 'jwksUrl'],
  [{ stampKeys: 'keys', name: 'a b' }, 'name'],
  [{ stampKeys: 'keys', trustProxy: -1 }, 'trustProxy'],
])('a mistake in the options is named before the first request: %j', (options, name) => {
  expect(() => createObserver(options)).toThrow(TypeError);
  expect(() => createObserver(options)).toThrow(name);
});
