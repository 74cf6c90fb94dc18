/** The demo, as it comes: its platform tells what comes through the gate and what around it, without anything to set up. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { AdminProcess } from '../../gateway/control/admin-process.ts';
import { observeDemo } from '../../gateway/demo-observer.ts';
import type { Finding } from '../fault/control/around-the-gate.ts';
import type { AdminClient } from '../support/admin-client.ts';
import { type DemoProcess, startDemo } from '../support/demo-process.ts';
import { startGateway } from '../support/gateway-process.ts';
import { ask, NAVIGATION, visitor } from '../support/http-client.ts';
import { untilSo } from '../support/within.ts';

const FORM = '/ereg/newreg.php?eventid=4711';
const WAIT_MS = 60_000;

interface Coverage {
  platform: { state: string; stamped: number; unstamped: number; observers?: number };
  findings: Finding[];
}

describe('headgate start without a configuration', () => {
  let demo: DemoProcess;
  let api: AdminClient;
  const platform = async () => (await api.get<Coverage>('coverage')).platform;
  const visit = async (origin: string, times: number) => {
    const one = visitor(origin);
    for (let count = 0; count < times; count++) await one.open(FORM);
  };

  beforeAll(async () => {
    demo = await startDemo();
    api = await demo.api();
    await untilSo(WAIT_MS, 'the observer is heard of', async () => (await platform()).observers === 1);
  });

  test('says where the admin API is, and where its first token', () => {
    expect(demo.output()).toContain(`${api.url}/docs   (its token: ${join(demo.data, 'admin', 'token')})`);
  });

  test('shows green for what came through the gate', async () => {
    await visit(demo.url, 20);
    await untilSo(WAIT_MS, 'it is told', async () => (await platform()).stamped >= 20);
    expect(await platform()).toMatchObject({ state: 'green', unstamped: 0 });
    expect((await api.get<Coverage>('coverage')).findings.map(({ kind }) => kind)).not.toContain(
      'around-the-gate',
    );
  });

  test('shows red, and a finding, for what went straight to the platform', async () => {
    await visit(demo.platformUrl, 20);
    const found = async () =>
      (await api.get<Coverage>('coverage')).findings.find(({ kind }) => kind === 'around-the-gate');
    await untilSo(WAIT_MS, 'it is found', async () => (await found()) !== undefined);
    expect(await found()).toMatchObject({
      severity: 'critical',
      evidence: { host: '127.0.0.1', pathShape: '/ereg/newreg.php' },
    });
    expect(await platform()).toMatchObject({ state: 'red' });
  });

  test('keeps the observer’s token in a file of its owner alone, good for telling and for nothing else', async () => {
    const file = join(demo.data, 'admin', 'observer-token');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const token = (await readFile(file, 'utf8')).trim();
    expect(demo.output()).not.toContain(token);
    const { status } = await ask(`${api.url}/v1/coverage`, { headers: { authorization: `Bearer ${token}` } });
    expect(status).toBe(403);
  });

  test('starts and ends without a complaint', async () => {
    expect(await demo.stop()).toBe(0);
    expect(demo.output()).not.toMatch(/"level":(40|50|60)|cannot|not taken/);
  });
});

test('without an admin process there is no observer, and the demo runs', async () => {
  const demo = await startDemo(['--gateway-only']);
  expect((await ask(demo.url + FORM, { headers: NAVIGATION })).status).toBe(200);
  expect(demo.output()).toContain('admin API       not up');
  await expect(stat(join(demo.data, 'admin'))).rejects.toThrow(/ENOENT/);
});

test('with a platform of one’s own there is no observer of ours', async () => {
  const gateway = await startGateway({
    config: '',
    admin: true,
    env: { HEADGATE_CONFIG: undefined, HEADGATE_UPSTREAM: 'http://127.0.0.1:9' },
  });
  expect((await (await gateway.api()).get<Coverage>('coverage')).platform.state).toBe('unknown');
  await expect(stat(join(gateway.data, 'admin', 'observer-token'))).rejects.toThrow(/ENOENT/);
});

describe('the observer of the demo', () => {
  const settings = { keys: { path: '/keys', ticketHours: 1, overlapHours: 1 } };
  const parts = () => {
    const said: string[] = [];
    const observed = Promise.withResolvers<object>();
    const platform = { observe: async (how: object) => observed.resolve(how) };
    const log = { say: (_level: string, _facts: object, message: string) => void said.push(message) };
    return { said, observed, platform, settings, log };
  };
  const up = { takeFile: async () => never, metrics: () => '', close: async () => {} };
  const never = { kind: 'refused', reason: 'not asked', errors: [] } as const;

  test('begins when the admin process is up, and listens', async () => {
    const { observed, ...rest } = parts();
    const seen: (AdminProcess | null)[] = [
      null,
      { ...up, url: () => null, observerToken: async () => 'too early' },
      { ...up, url: () => 'http://127.0.0.1:1', observerToken: async () => '/data/admin/observer-token' },
    ];
    observeDemo({ ...rest, admin: () => (seen.length > 1 ? (seen.shift() ?? null) : (seen[0] ?? null)) });
    expect(await observed.promise).toMatchObject({
      ...{ stampKeys: '/keys', reportTo: 'http://127.0.0.1:1', tokenFile: '/data/admin/observer-token' },
    });
  });

  test('that cannot be is told, and breaks nothing', async () => {
    const { said, ...rest } = parts();
    const observerToken = async () => Promise.reject(new Error('the disk is full'));
    observeDemo({ ...rest, admin: () => ({ ...up, url: () => 'http://127.0.0.1:1', observerToken }) });
    await untilSo(WAIT_MS, 'it is told', () => said.length === 1);
    expect(said).toEqual(['nobody tells what comes around the gate of the demo']);
  });
});
