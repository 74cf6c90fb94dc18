/** A rehearsal on one's own gate and platform: begun and ended at its admin API, judged there, and nothing of it with real visitors. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { startChild } from '../../load-tests/child-process.ts';
import type { RehearsalReport } from '../../load-tests/rehearse/report-words.ts';
import type { AdminClient } from '../support/admin-client.ts';
import { headgate } from '../support/command-line.ts';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts';
import { tempFolder } from '../support/temp-folder.ts';

interface Told {
  id: string;
  launch: string | null;
  state: string;
  verdict: string | null;
  passedAt: string | null;
}

const TOKEN = 'we-agree-4711';

let folder: string;
let platform: PlatformProcess;
let gateway: GatewayProcess;
let api: AdminClient;
let config: string;
beforeAll(async () => {
  folder = await tempFolder();
  platform = await startPlatformProcess({ integrated: true, args: ['--rehearsal-token', TOKEN] });
  const written = {
    upstreams: { platform: { targets: [platform.url] } },
    rooms: { 'event-{eventid}': { limits: { sessions: 5, admissionsPerMinute: 600 } }, platform: {} },
    rules: [
      { name: 'assets', match: { path: '/assets/*' }, action: 'bypass', class: 'asset' },
      {
        name: 'registration',
        match: { path: '/ereg/*', query: { eventid: '{eventid}' } },
        room: 'event-{eventid}',
      },
    ],
    default: { room: 'platform', upstream: 'platform' },
    launches: [
      {
        ...{ name: 'summit', room: 'event-4711', opensAt: '2030-12-01T15:00:00Z', prequeueMinutes: 60 },
        addresses: ['https://register.example.com/ereg/newreg.php?eventid=4711'],
      },
    ],
  };
  gateway = await startGateway({ config: JSON.stringify(written), admin: true });
  api = await gateway.api();
  const admin = JSON.parse((await gateway.printed(/^.*"msg":"the admin API listens".*$/m))[0]).admin;
  const staging = {
    ...{ url: gateway.url, token: TOKEN, admin, stats: `${platform.url}/_platform/stats` },
    adminTokenFile: join(gateway.data, 'admin', 'token'),
  };
  config = join(folder, 'headgate.yaml');
  await writeFile(config, JSON.stringify({ ...written, rehearsal: { targets: { staging } } }));
});

const options = (...more: string[]) => [
  ...['rehearse', '--config', config, '--target', 'staging', '--launch', 'summit'],
  ...['--visitors', '12', '--compress', '60', '--json', ...more],
];
const rehearsals = async () => (await api.get<{ items: Told[] }>('rehearsals')).items;

describe('a rehearsal on one’s own gate', () => {
  it('is begun, judged and ended at its admin API, and leaves real rooms and books alone', async () => {
    const { code, stdout, stderr } = await headgate(options(), { HEADGATE_DATA: folder });
    const report: RehearsalReport = JSON.parse(stdout);
    expect(stderr).not.toContain('headgate:');
    // A machine too busy to send in time makes a run invalid: what came of it is what the admin process knows of it.
    const isHeld = report.verdict === 'held';
    expect(code).toBe(isHeld ? 0 : 1);
    expect(report.revision).toBe(1);
    expect(report.figures['visitors.came']).toBe(12);
    const [told] = await rehearsals();
    expect(told).toMatchObject({ launch: 'summit', state: 'over', verdict: report.verdict });
    expect(told?.passedAt !== null).toBe(isHeld);
    expect(Object.values((await platform.stats()).registrations).every((count) => count === 0)).toBe(true);
    const readiness = await api.get<{ items: { name: string; state: string }[] }>(
      'launches/summit/readiness',
    );
    expect(readiness.items.find(({ name }) => name === 'rehearsal-passed')?.state === 'green').toBe(isHeld);
  });

  it('is ended there also after Ctrl-C', async () => {
    const child = startChild('gateway/main.ts', options(), { HEADGATE_DATA: folder });
    await child.printed(/findings/);
    child.signal('SIGINT');
    expect(await child.ended).toBe(1);
    const [told] = await rehearsals();
    expect(told).toMatchObject({ state: 'over', verdict: 'failed', passedAt: null });
  });
});
