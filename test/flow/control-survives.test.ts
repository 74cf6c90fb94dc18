/** What operators decided survives the loss of the store, of the admin process, and of room on its disk; gateways go on meanwhile. */
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cleanUpLater } from '../support/clean-up.ts';
import { type Deployment, startDeployment } from '../support/deployment.ts';
import { ask, NAVIGATION } from '../support/http-client.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { untilSo } from '../support/within.ts';

const CONFIG = `
rooms: { platform: {}, forms: { limits: { sessions: 5 } } }
rules: [{ name: forms, match: { path: /ereg/* }, room: forms }]
`;
/** The rule of the second revision, which no file has. */
const SECOND = `
rooms: { platform: {}, forms: { limits: { sessions: 5 } } }
rules: [{ name: forms, match: { path: /ereg/* }, room: forms }, { name: lists, match: { path: /events }, action: bypass }]
`;
const PATIENCE_MS = 60_000;

const stateOf = async (url: string, path: string) => (await ask(url + path, { headers: NAVIGATION })).state;

/** Makes the second revision active everywhere. */
async function goToSecond({ api, gateways, text }: Deployment): Promise<number> {
  const { number } = await api.done<{ number: number }>('POST', 'revisions', {
    config: text(SECOND),
    reason: 'lists',
  });
  const { headers } = await api.send('GET', 'revisions/active');
  const match = { 'if-match': String(headers.etag) };
  await api.done('POST', `revisions/${number}/activate`, { stage: 'none', reason: 'lists' }, match);
  await untilSo(PATIENCE_MS, 'all gateways run it', async () => {
    const states = await Promise.all(gateways.map(({ url }) => stateOf(url, '/events')));
    return states.every((state) => state === 'bypassed');
  });
  return number;
}

const revisions = ({ api }: Deployment) =>
  api.get<{ items: { number: number; state: string }[] }>('revisions');

describe('control data', () => {
  it('survives FLUSHALL: revision, pins, pauses and messages hold, and stand in the store again', async () => {
    const deployment = await startDeployment({ gateways: 2, config: CONFIG });
    const { api, redis, gateways } = deployment;
    await goToSecond(deployment);
    await api.done('POST', 'pins', { path: 'rules.forms.enabled', value: true, reason: 'the launch' });
    await api.done('POST', 'messages', { room: 'forms', text: 'Back at noon.' });
    await api.done('POST', 'rooms/forms/pause', { reason: 'a look at the database' });
    const paused = () => Promise.all(gateways.map(({ url }) => stateOf(url, '/ereg/newreg.php')));
    await untilSo(PATIENCE_MS, 'both pause', async () =>
      (await paused()).every((state) => state === 'paused'),
    );
    await redis.client.flushall();
    await untilSo(PATIENCE_MS, 'the document is published again', async () =>
      Boolean(await redis.client.hget('hg:{control}', 'document')),
    );
    await untilSo(PATIENCE_MS, 'the pause is back', async () =>
      (await paused()).every((state) => state === 'paused'),
    );
    const { text } = await ask(`${gateways[0]!.url}/ereg/newreg.php`, { headers: NAVIGATION });
    expect(text).toContain('Back at noon.');
    for (const { url } of gateways) expect(await stateOf(url, '/events')).toBe('bypassed');
    expect((await api.get<{ items: unknown[] }>('pins')).items).toHaveLength(1);
  });

  it('is not needed to go on: without admin process and Redis a gateway starts on the last known good', async () => {
    const deployment = await startDeployment({ gateways: 1, config: CONFIG });
    const number = await goToSecond(deployment);
    const [gateway] = deployment.gateways;
    await deployment.admin.kill('SIGKILL');
    await deployment.redis.kill();
    await gateway!.restart();
    expect(await stateOf(gateway!.url, '/events')).toBe('bypassed');
    const ready = (await ask(`${gateway!.metricsUrl}/ready`)).json<{ revision: number }>();
    expect(ready.revision).toBe(number);
  });

  it('is one clear state when the admin process is killed in the middle of an activation', async () => {
    const deployment = await startDeployment({ gateways: 3, config: CONFIG });
    const { admin, api, text } = deployment;
    const { number } = await api.done<{ number: number }>('POST', 'revisions', {
      config: text(SECOND),
      reason: 'x',
    });
    const { headers } = await api.send('GET', 'revisions/active');
    const match = { 'if-match': String(headers.etag) };
    await api.done('POST', `revisions/${number}/activate`, { stage: 'gateways', reason: 'x' }, match);
    await untilSo(PATIENCE_MS, 'a first gateway runs it', async () => {
      const { items } = await api.get<{ items: { revision: number }[] }>('gateways');
      return items.some(({ revision }) => revision === number);
    });
    await admin.restart();
    await deployment.heard(3);
    await untilSo(90_000, 'one revision everywhere, nothing staged', async () => {
      const active = await deployment.api.get<{ number: number; staged: unknown }>('revisions/active');
      const { items } = await deployment.api.get<{ items: { revision: number }[] }>('gateways');
      return (
        active.staged === null &&
        items.length === 3 &&
        items.every(({ revision }) => revision === active.number)
      );
    });
    const { items } = await revisions(deployment);
    expect(items.filter(({ state }) => state === 'active')).toHaveLength(1);
    expect(items.filter(({ state }) => state === 'staged')).toHaveLength(0);
  }, 150_000);

  it('refuses changes while its disk is full and says so, and takes them when there is room; gateways go on', async () => {
    const data = await smallDisk();
    const deployment = await startDeployment({ gateways: 1, config: CONFIG, adminData: data });
    const { api, gateways, text } = deployment;
    const filler = join(data, 'filler');
    fill(filler);
    const make = () => api.send('POST', 'revisions', { config: text(SECOND), reason: 'lists' });
    let reply = await make();
    // What the last pages of the journal still hold may take a change or two.
    await untilSo(PATIENCE_MS, 'the disk is full', async () => {
      reply = await make();
      return reply.status >= 300;
    });
    expect(reply.status).toBe(507);
    expect(reply.json()).toMatchObject({ code: 'HG_CONTROL_UNWRITABLE' });
    expect(await stateOf(gateways[0]!.url, '/ereg/newreg.php')).toBe('admitted');
    rmSync(filler);
    expect((await make()).status).toBe(201);
  });
});

/** A disk of a few megabytes. */
async function smallDisk(): Promise<string> {
  const folder = await tempFolder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder]);
  cleanUpLater(async () => void execFileSync('umount', ['-l', folder]));
  return folder;
}

function fill(file: string): void {
  const block = Buffer.alloc(4_096);
  try {
    for (;;) writeFileSync(file, block, { flag: 'a' });
  } catch {
    // Full: that is what was asked for.
  }
}
