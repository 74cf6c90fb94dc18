/** Laws of the API over revisions, pins, drift and gateways, asked over real sockets. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createPublisher } from '../../admin/control/publisher.ts';
import { createPublishing } from '../../admin/control/publishing.ts';
import { createDrift } from '../../admin/drift/drift.ts';
import { driftRoutes } from '../../admin/drift/routes.ts';
import { createFleet } from '../../admin/fleet/fleet.ts';
import { fleetRoutes } from '../../admin/fleet/routes.ts';
import { createPins } from '../../admin/pins/pins.ts';
import { pinRoutes } from '../../admin/pins/routes.ts';
import { createRevisions } from '../../admin/revisions/revisions.ts';
import { revisionRoutes } from '../../admin/revisions/routes.ts';
import { systemClock as clock } from '../../gateway/clock.ts';
import { createMemoryLink } from '../../gateway/control/memory-link.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { untilSo } from '../support/within.ts';
import { CONFIG, load } from './control-stage.ts';
import { fakeGateway } from './fake-gateway.ts';
import { type AdminStage, adminStage } from './support/admin-stage.ts';

const NEXT = `${CONFIG}log: { level: warn }\n`;
const REASON = { reason: 'a try' };
let stage: AdminStage;
let token: string;
let beat: NodeJS.Timeout;
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  const folder = await tempFolder();
  const link = createMemoryLink(clock);
  stage = await adminStage({
    routes({ data, audit: auditLog, hub }) {
      const log = { say: () => {} };
      const publisher = createPublisher({ data, clock });
      const fleet = createFleet({ link, publisher, clock, log, roundMs: 20 });
      const around = { folder, env: {}, running: load(CONFIG).settings };
      const parts = { data, publisher, fleet, auditLog, hub, clock, log, around };
      const revisions = createRevisions(parts);
      const { active, adopt } = revisions;
      const publishing = createPublishing({ publisher, link, log, adopt, name: 'here', roundMs: 20 });
      stops.push(publishing.stop, fleet.stop);
      const drift = createDrift({ ...parts, active, ownFile: () => [] });
      revisions.start(load(CONFIG), 'headgate.yaml');
      void publishing.start().then(fleet.start);
      return [
        ...revisionRoutes({ revisions, fleet }),
        ...pinRoutes(createPins(parts)),
        ...driftRoutes(drift),
        ...fleetRoutes(fleet),
      ];
    },
  });
  token = stage.tokenOf('operator');
  const gateway = fakeGateway('a', link, clock.wallMs);
  gateway.answer = () => ({ kind: 'done', value: { requests: 10, changed: 4, byAddress: CHANGES } });
  beat = setInterval(() => void gateway.tick(0.02), 20);
  const isHeard = async () => (await json('GET', '/v1/gateways')).body.items.length > 0;
  await untilSo(60_000, 'the gateway is heard of', isHeard, 20);
});
afterAll(async () => {
  clearInterval(beat);
  for (const stop of stops.reverse()) await stop();
});

const CHANGES = [
  {
    ...{ host: 'www.example.com', pathShape: '/signup/{id}', from: 'platform', to: 'event-4711' },
    ...{ fromRule: null, toRule: 'event', requests: 4, share: 0.4 },
  },
];

interface Told {
  status: number;
  etag: string | null;
  body: Record<string, unknown> & { items: unknown[]; number: number; errors?: unknown };
}

async function json(method: string, path: string, body?: unknown, headers = {}): Promise<Told> {
  const response = await stage.ask(method, path, { token, body, headers });
  const text = await response.text();
  return { status: response.status, etag: response.headers.get('etag'), body: text ? JSON.parse(text) : {} };
}

it('makes, lists, shows and dry-runs a revision', async () => {
  const made = await json('POST', '/v1/revisions', { config: NEXT, ...REASON });
  expect(made).toMatchObject({ status: 201, body: { pinned: [] } });
  const { number } = made.body;
  const list = await json('GET', '/v1/revisions?limit=1');
  expect(list.body).toMatchObject({
    items: [{ number, state: 'created', source: 'api' }],
    next: expect.any(String),
  });
  expect(list.body.items[0]).not.toHaveProperty('config');
  const rest = await json('GET', `/v1/revisions?cursor=${list.body.next}`);
  expect(rest.body).toMatchObject({ items: [{ number: number - 1 }], next: null });
  expect((await json('GET', `/v1/revisions/${number}`)).body).toMatchObject({ config: NEXT, recovery: null });
  expect((await json('POST', `/v1/revisions/${number}/dry-run`)).body).toEqual({
    ...{ revision: number, against: 1, requests: 10, changed: 4, share: 0.4, byAddress: CHANGES },
    ...{ gateways: [{ gateway: 'a', answered: true, reason: null }], complete: true },
  });
});

it('a wrong configuration is 422 with each fault', async () => {
  const wrong = await json('POST', '/v1/revisions', { config: 'rooms: { a: { mode: x } }', ...REASON });
  expect(wrong).toMatchObject({ status: 422, body: { code: 'HG_REVISION_INVALID' } });
  expect(JSON.stringify(wrong.body)).toMatch(/rooms\.a\.mode/);
});

it('an activation needs the tag of what is in force: 428 without, 412 with another, then a new tag', async () => {
  const { number } = (await json('POST', '/v1/revisions', { config: NEXT, ...REASON })).body;
  const path = `/v1/revisions/${number}/activate`;
  const body = { stage: 'none', ...REASON };
  expect((await json('POST', path, body)).status).toBe(428);
  expect((await json('POST', path, body, { 'if-match': '"0"' })).status).toBe(412);
  const { etag } = await json('GET', '/v1/revisions/active');
  const done = await json('POST', path, body, { 'if-match': etag });
  expect(done).toMatchObject({ status: 200, etag: `"${number}"`, body: { number, state: 'active' } });
  const back = await json('POST', `/v1/revisions/${number}/rollback`, REASON);
  expect(back).toMatchObject({ status: 200, body: { rollbackOf: number } });
});

it('a staged activation answers 202 and says who goes first', async () => {
  const { number } = (await json('POST', '/v1/revisions', { config: NEXT, ...REASON })).body;
  const { etag } = await json('GET', '/v1/revisions/active');
  const begun = await json(
    'POST',
    `/v1/revisions/${number}/activate`,
    { stage: 'gateways', ...REASON },
    { 'if-match': etag },
  );
  expect(begun).toMatchObject({ status: 202, body: { number, state: 'staged', gateways: ['a'] } });
  const active = await json('GET', '/v1/revisions/active');
  expect(active.body.staged).toEqual({ number, gateways: ['a'] });
  await json('POST', `/v1/revisions/${number}/rollback`, REASON);
});

it('pins are set, listed and lifted, with a reason', async () => {
  const pin = { path: 'rules.reinstalled.enabled', value: false, ...REASON };
  const set = await json('POST', '/v1/pins', pin);
  expect(set).toMatchObject({ status: 201, body: { ...pin, by: expect.stringMatching(/^token:/) } });
  expect((await json('GET', '/v1/pins')).body.items).toHaveLength(1);
  expect((await json('POST', '/v1/pins', { ...pin, path: 'rules.none.enabled' })).status).toBe(422);
  const path = `/v1/pins/${set.body.id}`;
  expect((await json('DELETE', path)).status).toBe(400);
  expect((await json('DELETE', `${path}?reason=mended`)).status).toBe(204);
  expect((await json('DELETE', `${path}?reason=mended`)).status).toBe(404);
});

it('what is not there is 404, and lists are lists', async () => {
  expect((await json('GET', '/v1/revisions/999')).status).toBe(404);
  expect((await json('POST', '/v1/revisions/999/rollback', REASON)).status).toBe(404);
  expect((await json('GET', '/v1/revisions/abc')).status).toBe(400);
  expect((await json('GET', '/v1/drift?resolved=true')).body.items).toEqual(expect.any(Array));
  expect((await json('GET', '/v1/gateways')).body.items[0]).toMatchObject({
    id: 'a',
    silent: false,
    host: 'host-1',
  });
});
