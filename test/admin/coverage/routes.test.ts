/** The routes of the coverage on a real admin API: what is told, to whom, and who may say what was observed. */
import { beforeAll, describe, expect, it } from 'vitest';
import { coverageRoutes } from '../../../admin/coverage/routes.ts';
import { configOf } from '../../audit/coverage/stage.ts';
import { type AdminStage, adminStage } from '../support/admin-stage.ts';
import { type CoverageStage, coverageStage, observation } from './coverage-stage.ts';

let admin: AdminStage;
let stage: CoverageStage;

beforeAll(async () => {
  const rule =
    '{ name: event registration, match: { hosts: [a.example.com], path: /ereg/*, query: { eventid: "{eventid}" } }, room: "event-{eventid}" }';
  stage = await coverageStage(configOf({ rules: [rule] }));
  admin = await adminStage({ routes: () => coverageRoutes({ coverage: stage.coverage }) });
  stage.pass(10, () => {
    for (let i = 0; i < 5; i++)
      stage.gate.ask({ host: 'm.example.com', target: '/ereg/newreg.php?eventid=4711' });
  });
});

interface Told {
  items: unknown[];
  gate: { byAddress: unknown[] };
  platform: unknown;
}

const read = async (path: string, token: string): Promise<Told> =>
  (await admin.ask('GET', path, { token })).json() as Promise<Told>;

describe('the routes', () => {
  it('coverage has its three parts, and every open finding', async () => {
    const body = await read('/v1/coverage', admin.tokenOf('viewer'));
    expect(body).toMatchObject({
      windowSeconds: expect.any(Number),
      gate: { state: 'red', requests: 50, unqueuedShare: 1 },
      platform: { state: 'unknown', stamped: 0, unstamped: 0 },
      outside: { state: 'unknown', probes: [] },
      findings: [
        {
          id: 'finding-1',
          room: 'event-4711',
          resolvedAt: null,
          evidence: { host: 'm.example.com', share: 1 },
        },
      ],
    });
    expect(body.gate.byAddress[0]).toEqual({
      host: 'm.example.com',
      pathShape: '/ereg/newreg.php',
      room: 'platform',
      outcome: 'allowed',
      requests: 50,
      share: 1,
    });
  });

  it('findings are a list, and organisers see their own', async () => {
    expect((await read('/v1/findings?open=true', admin.tokenOf('viewer'))).items).toHaveLength(1);
    expect((await read('/v1/findings?open=false', admin.tokenOf('viewer'))).items).toEqual([]);
    expect((await read('/v1/findings', admin.tokenOf('organiser', ['event-4711']))).items).toHaveLength(1);
    expect(await read('/v1/findings', admin.tokenOf('organiser', ['event-12']))).toEqual({
      items: [],
      next: null,
    });
    expect(
      (await admin.ask('GET', '/v1/coverage', { token: admin.tokenOf('organiser', ['event-4711']) })).status,
    ).toBe(403);
  });

  it('observations are taken from operators alone, and change what is told', async () => {
    const say = (token: string, body: unknown) => admin.ask('POST', '/v1/observations', { token, body });
    expect((await say(admin.tokenOf('viewer'), observation())).status).toBe(403);
    expect((await say(admin.tokenOf('operator'), { ...observation(), unstamped: -1 })).status).toBe(400);
    expect((await say(admin.tokenOf('operator'), { ...observation(), observer: 'a b' })).status).toBe(400);
    expect((await say(admin.tokenOf('operator'), observation())).status).toBe(204);
    const { platform } = await read('/v1/coverage', admin.tokenOf('viewer'));
    expect(platform).toMatchObject({ state: 'red', stamped: 950, unstamped: 50 });
  });
});
