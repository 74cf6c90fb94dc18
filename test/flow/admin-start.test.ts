/** `headgate start` with its admin process: who gets in, what an operator's word does to visitors, and what never leaves the gate. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AdminClient } from '../support/admin-client.ts';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { ask, NAVIGATION } from '../support/http-client.ts';
import { type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts';
import { untilSo } from '../support/within.ts';

const FORM = '/ereg/newreg.php?eventid=4711';

function config(platform: PlatformProcess, sessions = 50): string {
  return `
upstreams: { platform: { targets: ["${platform.url}"] } }
rooms:
  "event-{eventid}": { limits: { sessions: ${sessions} } }
  platform: { limits: { sessions: 1000 } }
rules: [{ name: event, match: { path: /ereg/*, query: { eventid: "{eventid}" } }, room: "event-{eventid}" }]
default: { room: platform, upstream: platform }
`;
}

describe('a gateway with its admin process', () => {
  let platform: PlatformProcess;
  let gateway: GatewayProcess;
  let api: AdminClient;
  const visit = () => ask(`${gateway.url}${FORM}`, { headers: NAVIGATION });

  beforeAll(async () => {
    platform = await startPlatformProcess({ idleSeconds: 600 });
    gateway = await startGateway({ config: config(platform), admin: true });
    api = await gateway.api();
    await untilSo(60_000, 'the admin has heard of the gateway', async () => {
      const { items } = await api.get<{ items: unknown[] }>('gateways');
      return items.length === 1;
    });
  });

  it('makes a first token in a file of its owner alone, prints the path, and the token nowhere', async () => {
    const file = join(gateway.data, 'admin', 'token');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(gateway.output()).toContain(file);
    expect(gateway.output()).not.toContain(api.token);
    expect(await readFile(file, 'utf8')).toContain(api.token);
  });

  it('listens on the loopback alone', () => expect(new URL(api.url).hostname).toBe('127.0.0.1'));

  it('answers nobody without a token, and nobody through the gateway’s port', async () => {
    expect((await ask(`${api.url}/v1/rooms`)).status).toBe(401);
    for (const path of ['/v1/rooms', '/openapi.json', '/docs', '/.headgate/v1/rooms']) {
      const reply = await ask(`${gateway.url}${path}`, {
        headers: { authorization: `Bearer ${api.token}`, accept: 'application/json' },
      });
      expect(reply.text, path).not.toMatch(/"items"|"openapi"|swagger/i);
    }
  });

  it('pauses a room for visitors, and resumes it', async () => {
    expect((await visit()).state).toBe('admitted');
    await api.done('POST', 'rooms/event-4711/pause', { reason: 'the platform is being looked at' });
    expect((await visit()).state).toBe('paused');
    await api.done('POST', 'rooms/event-4711/resume', { reason: 'it is well' });
    await untilSo(60_000, 'visitors are let in again', async () => (await visit()).state === 'admitted');
  });

  it('changes a room’s limit at once, as a revision that a rollback takes back', async () => {
    const before = await api.get<{ number: number }>('revisions/active');
    await api.done('PATCH', 'rooms/event-99', { limits: { sessions: 0 }, reason: 'closed for today' });
    const address = `${gateway.url}/ereg/newreg.php?eventid=99`;
    const visit99 = () => ask(address, { headers: NAVIGATION });
    await untilSo(60_000, 'visitors wait', async () => (await visit99()).state === 'waiting');
    const active = await api.get<{ number: number }>('revisions/active');
    expect(active.number).toBeGreaterThan(before.number);
    await api.done('POST', `revisions/${active.number}/rollback`, { reason: 'open again' });
    await untilSo(60_000, 'visitors are let in', async () => (await visit99()).state === 'admitted');
  });

  it('makes a changed file a revision on SIGHUP, and keeps a wrong one out', async () => {
    const before = await api.get<{ number: number }>('revisions/active');
    await gateway.writeConfig(config(platform, 60));
    gateway.signal('SIGHUP');
    await gateway.printed(/"msg":"configuration reloaded"/);
    const after = await api.get<{ number: number }>('revisions/active');
    expect(after.number).toBe(before.number + 1);
    await gateway.writeConfig('rooms: {}');
    gateway.signal('SIGHUP');
    await gateway.printed(/configuration not reloaded/);
    expect((await api.get<{ number: number }>('revisions/active')).number).toBe(after.number);
    const { items } = await api.get<{ items: { kind: string }[] }>('drift');
    expect(items).toEqual(expect.any(Array));
  });

  it('serves its figures on the metrics port, with nothing of the token', async () => {
    const { text } = await ask(`${gateway.metricsUrl}/metrics`);
    expect(text).toMatch(/^headgate_drift\{?/m);
    expect(text).toMatch(/^headgate_findings\{/m);
    expect(text).not.toContain(api.token);
  });

  it('keeps what was changed through kill -9 of both', async () => {
    await api.done('POST', 'rooms/event-7/offline', { reason: 'another day' });
    await api.done('POST', 'messages', { room: 'event-7', text: 'We open again tomorrow at 10.' });
    await gateway.writeConfig(config(platform, 60));
    await gateway.restart();
    api = await gateway.api();
    const reply = await ask(`${gateway.url}/ereg/newreg.php?eventid=7`, { headers: NAVIGATION });
    expect(reply.state).toBe('offline');
    expect(reply.text).toContain('We open again tomorrow at 10.');
  });
});
