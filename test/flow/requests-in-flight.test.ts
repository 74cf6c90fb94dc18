/** Operators and a platform that hangs: what runs is seen over all gateways, and one call ends what runs too long. */
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Deployment, startDeployment } from '../support/deployment.ts';
import { ask, type Reply } from '../support/http-client.ts';
import { untilSo } from '../support/within.ts';

const GATEWAYS = 3;
const HANGING = '/api/attendees?eventid=4711';
const PROGRAM = { accept: 'application/json' };
const PATIENCE_MS = 60_000;
/** Old enough to be told from what came last, however slow the machine is: the test waits until it is so. */
const OLDER_THAN_SECONDS = 2;

interface Running {
  gateway: string;
  pathShape: string;
  upstream: string;
  ageMs: number;
}

let deployment: Deployment;

beforeAll(async () => {
  deployment = await startDeployment({
    gateways: GATEWAYS,
    config: `
rooms: { platform: { allowance: { inFlight: 100 } } }
rules: [{ name: api, match: { path: /api/* }, room: platform, class: api }]
`,
  });
});

const listed = async () => {
  const { items } = await deployment.api.get<{ items: Running[] }>('requests');
  return items;
};
const hold = (url: string): Promise<Reply> => ask(url + HANGING, { headers: PROGRAM });

describe('a platform that hangs on one route', () => {
  let old: Promise<Reply>[];
  let young: Promise<Reply>;

  beforeAll(async () => {
    await deployment.platform.setMode({ route: '/api/attendees', answer: 'hang' });
    const urls = deployment.gateways.map(({ url }) => url);
    old = urls.flatMap((url) => [hold(url), hold(url)]);
    await untilSo(PATIENCE_MS, 'all of them are told', async () => (await listed()).length === old.length);
    await sleep(OLDER_THAN_SECONDS * 1_000);
    young = hold(urls[0]!);
    await untilSo(PATIENCE_MS, 'the last one, too', async () => (await listed()).length === old.length + 1);
  });

  it('is seen in the requests of all gateways, the longest first', async () => {
    const items = await listed();
    expect(new Set(items.map(({ gateway }) => gateway)).size).toBe(GATEWAYS);
    const ages = items.map(({ ageMs }) => ageMs);
    expect(ages).toEqual(ages.toSorted((a, b) => b - a));
    for (const { pathShape, upstream } of items)
      expect([pathShape, upstream]).toEqual(['/api/attendees', 'platform']);
    expect(JSON.stringify(items)).not.toContain('4711');
    expect((await deployment.platform.stats()).connections.now).toBeGreaterThanOrEqual(old.length);
  });

  it('is relieved of all that ran too long by one call, and of nothing else', async () => {
    const before = (await deployment.platform.stats()).connections.now;
    const done = await deployment.api.done<{ cancelled: number; gateways: { cancelled: number }[] }>(
      'POST',
      'requests/cancel',
      { olderThanSeconds: OLDER_THAN_SECONDS, reason: 'the statistics hang' },
    );
    expect(done.cancelled).toBe(old.length);
    expect(done.gateways.map(({ cancelled }) => cancelled)).toEqual(Array(GATEWAYS).fill(2));
    for (const reply of await Promise.all(old)) {
      expect([reply.status, reply.state]).toEqual([503, 'failed']);
      expect(reply.json()).toMatchObject({ code: 'HG_CANCELLED' });
      expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
    }
    await untilSo(PATIENCE_MS, 'the platform’s connections are closed', async () => {
      const { connections } = await deployment.platform.stats();
      return connections.now <= before - old.length;
    });
    await untilSo(PATIENCE_MS, 'one is left', async () => (await listed()).length === 1);
    for (const { url } of deployment.gateways)
      expect((await ask(`${url}/events`, { headers: PROGRAM })).status).toBe(200);
  });

  it('is told in the audit log: who, why, and how many', async () => {
    const { items } = await deployment.api.get<{
      items: { action: string; reason: string; after: unknown }[];
    }>('audit-log');
    const done = items.find(({ action }) => action === 'requests.cancel.done');
    expect(done).toMatchObject({ reason: 'the statistics hang', after: { cancelled: old.length } });
  });

  it('has its last one ended as well when nobody is to wait', async () => {
    await deployment.api.done('POST', 'requests/cancel', {
      ...{ olderThanSeconds: 0, upstream: 'platform', reason: 'all of them' },
    });
    expect((await young).json()).toMatchObject({ code: 'HG_CANCELLED' });
  });
});
