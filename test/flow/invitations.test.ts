/** Invitations through two gateways, one Redis and an admin process of its own: from the API to a place in the lane, once. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { AdminClient } from '../support/admin-client.ts';
import { startAdminProcess } from '../support/admin-process.ts';
import { sharedKeys } from '../support/gateway-keys.ts';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { ask, NAVIGATION, type Reply, visitor } from '../support/http-client.ts';
import { type RedisServer, startRedis } from '../support/redis-server.ts';
import { type Place, roomAt } from '../support/room-client.ts';
import { type SmallPlatform, startSmallPlatform } from '../support/small-platform.ts';
import { untilSo } from '../support/within.ts';

interface Batch {
  id: string;
  invitations: string[];
}
type InvitedPlace = Place & { lane: string; byInvitation: boolean };

const PATIENCE_MS = 60_000;

let redis: RedisServer;
let platform: SmallPlatform;
let gateways: [GatewayProcess, GatewayProcess];
let api: AdminClient;
let adminOutput: () => string;

beforeAll(async () => {
  const keys = await sharedKeys();
  [redis, platform] = await Promise.all([startRedis(), startSmallPlatform()]);
  const config = `
store: { kind: redis, url: "${redis.url}" }
keys: { path: "${keys}" }
drain: { delaySeconds: 0 }
upstreams: { platform: { targets: ["${platform.url}"] } }
rooms:
  event: { limits: { sessions: 1, submitReserve: 0 }, lanes: { partner: 3 } }
  quiet: { limits: { sessions: 500 }, lanes: { partner: 3 } }
  other: { lanes: { partner: 3 } }
rules:
  - { name: event, match: { path: /event/* }, room: event }
  - { name: quiet, match: { path: /quiet/* }, room: quiet }
default: { room: other, upstream: platform }
`;
  const admin = await startAdminProcess({ config });
  ({ api } = admin);
  adminOutput = admin.output;
  gateways = await Promise.all([startGateway({ config }), startGateway({ config })]);
  await untilSo(PATIENCE_MS, 'both gateways are heard of', async () => {
    const { items } = await api.get<{ items: unknown[] }>('gateways');
    return items.length === 2;
  });
  // Somebody is inside, and somebody waits.
  await visitor(gateways[0].url).open('/event/1');
  await visitor(gateways[0].url).open('/event/1');
});

const make = (room: string, more: object = {}) =>
  api.done<Batch>('POST', 'invitations', { room, lane: 'partner', count: 1, reason: 'a test', ...more });
const link = (token: string, path = '/event/1') => `${path}?a=1&hg_invite=${token}&b=2`;
const tokensOf = ({ invitations }: Batch) => invitations as [string, ...string[]];
const join = async (gateway: GatewayProcess, room: string, token: string) => {
  const headers = { 'headgate-invitation': token };
  const { reply, ...place } = await roomAt(gateway.url, room).join(headers);
  return { says: reply.headers['headgate-invitation'], status: reply.status, ...(place as InvitedPlace) };
};
const laneOf = async (who: ReturnType<typeof visitor>, room: string) =>
  (await roomAt(gateways[0].url, room).placeOf(who)) as InvitedPlace;

describe('a link', () => {
  it('leads to the same address without the invitation, which no platform sees, and to a place in the lane', async () => {
    const [token] = tokensOf(await make('event'));
    const who = visitor(gateways[1].url);
    const sent = await who.open(link(token));
    expect([sent.status, sent.headers.location, sent.headers['referrer-policy']]).toEqual([
      303,
      '/event/1?a=1&b=2',
      'no-referrer',
    ]);
    const page = await who.open(String(sent.headers.location));
    expect(page.state).toBe('waiting');
    expect(page.text).toContain('You wait in this lane by invitation.');
    expect(page.text).toContain('<dd>partner</dd>');
    expect(await laneOf(who, 'event')).toMatchObject({ lane: 'partner', byInvitation: true, position: 1 });
    // Reloading keeps the place.
    await who.open('/event/1');
    await untilSo(PATIENCE_MS, 'both numbers and this one are told', async () => {
      const { lanes } = await roomAt(gateways[0].url, 'event').status();
      return lanes.partner?.issued === 1 && lanes.default?.issued === 2;
    });
    expect(JSON.stringify(platform.seen)).not.toContain('hg_invite');
  });

  it.each([
    { how: 'that is nobody’s', token: async () => 'a.b.c' },
    { how: 'into another room', token: async () => tokensOf(await make('quiet'))[0] },
    {
      how: 'with another lane written in',
      token: async () => forged(tokensOf(await make('event'))[0], { lane: 'default' }),
    },
  ])('$how leads to an ordinary place, and the page says so', async ({ token }) => {
    const who = visitor(gateways[0].url);
    const sent = await who.open(link(await token()));
    const page = await who.open(String(sent.headers.location));
    expect([page.status, page.state]).toEqual([200, 'waiting']);
    expect(page.text).toContain('Your invitation cannot be used here');
    expect(await laneOf(who, 'event')).toMatchObject({ lane: 'default', byInvitation: false });
  });

  it('leads nowhere else, however its path begins', async () => {
    const reply = await ask(`${gateways[0].url}//evil.example/?hg_invite=x`, { headers: NAVIGATION });
    const target = String(reply.headers.location ?? '/');
    expect(new URL(target, 'http://gate.example').host).toBe('gate.example');
  });

  it('that nobody navigates to is passed on without the invitation', async () => {
    const reply = await ask(`${gateways[0].url}/other?hg_invite=secret&x=1`, { method: 'POST', body: 'a=b' });
    expect(reply.status).toBe(200);
    expect(platform.seen.at(-1)).toBe('POST /other?x=1');
  });
});

describe('an invitation', () => {
  it('gives one session, however often it is presented at once', async () => {
    const [token] = tokensOf(await make('quiet'));
    const hundred = Array.from({ length: 100 }, (_, index) => gateways[index % 2] as GatewayProcess);
    const replies = await Promise.all(hundred.map((gateway) => join(gateway, 'quiet', token)));
    expect(new Set(replies.map(({ says }) => says))).toEqual(new Set(['accepted']));
    const entered = await Promise.all(
      replies.map(({ ticket }, index) =>
        ask(`${(hundred[index] as GatewayProcess).url}/quiet/x`, { headers: { 'headgate-ticket': ticket } }),
      ),
    );
    const sessions = entered.flatMap(({ headers }) => sessionOf(headers));
    expect(new Set(sessions).size).toBe(1);
    await untilSo(PATIENCE_MS, 'what is reported is newer', async () => {
      const { sessions: reported } = await api.get<{ sessions: number }>('rooms/quiet');
      return reported === 1;
    });
  });

  it('gives one number at a gateway, however often it is presented', async () => {
    const [token] = tokensOf(await make('event'));
    const first = await join(gateways[0], 'event', token);
    const more = await Promise.all([1, 2, 3].map(() => join(gateways[0], 'event', token)));
    expect(more.map(({ says, number }) => [says, number])).toEqual(
      more.map(() => ['accepted', first.number]),
    );
    const { lanes } = await roomAt(gateways[0].url, 'event').status();
    expect(lanes.partner?.issued).toBe(first.number);
  });

  it('whose session is over gives an ordinary place, and says that it was used', async () => {
    const [token] = tokensOf(await make('quiet'));
    const { ticket } = await join(gateways[0], 'quiet', token);
    const entered = await ask(`${gateways[0].url}/quiet/x`, { headers: { 'headgate-ticket': ticket } });
    expect(entered.state).toBe('admitted');
    const pass = String(entered.headers['headgate-pass']);
    await roomAt(gateways[0].url, 'quiet').leave({ 'headgate-pass': pass });
    const again = await join(gateways[1], 'quiet', token);
    expect([again.status, again.says, again.lane]).toEqual([201, 'used', 'default']);
  });

  it('is worth nothing at any gateway once its batch is revoked', async () => {
    const batch = await make('event', { count: 2 });
    await api.done('DELETE', `invitations/${batch.id}?reason=a+mistake`);
    for (const gateway of gateways)
      await untilSo(PATIENCE_MS, 'the revocation has come', async () => {
        const { says } = await join(gateway, 'event', tokensOf(batch)[0]);
        return says === 'revoked';
      });
    const { items } = await api.get<{ items: { id: string; revokedAt: string | null }[] }>('invitations');
    expect(items.find(({ id }) => id === batch.id)?.revokedAt).not.toBeNull();
  });

  it('that has expired gives an ordinary place', async () => {
    const expiresAt = new Date(Date.now() + 1_500).toISOString();
    const [token] = tokensOf(await make('event', { expiresAt }));
    await untilSo(PATIENCE_MS, 'it has expired', async () => {
      const { says } = await join(gateways[0], 'event', token);
      return says === 'expired';
    });
  });
});

describe('the admin process', () => {
  it('keeps no invitation: not in its data, the store, the reports or what it prints', async () => {
    const batch = await make('event', { count: 10_000, note: 'sponsors' });
    expect(new Set(batch.invitations).size).toBe(10_000);
    const signature = tokensOf(batch)[0].split('.')[2] as string;
    const told = await Promise.all(
      ['invitations', 'audit-log', 'gateways', 'timeline'].map((path) => api.send('GET', path)),
    );
    const everything = told.map(({ text }) => text).join() + adminOutput() + (await storedTexts());
    expect(everything).not.toContain(signature);
    expect(everything).toContain(batch.id);
  });

  it.each([
    { what: 'a lane that the room lacks', body: { lane: 'vip' }, status: 404 },
    { what: 'a room that there is not', body: { room: 'nowhere' }, status: 404 },
    { what: 'more than 10,000', body: { count: 10_001 }, status: 400 },
    { what: 'none', body: { count: 0 }, status: 400 },
    { what: 'a time that is over', body: { expiresAt: '2020-01-01T00:00:00Z' }, status: 400 },
  ])('refuses $what', async ({ body, status }) => {
    const asked = { room: 'event', lane: 'partner', count: 1, reason: 'a test', ...body };
    expect((await api.send('POST', 'invitations', asked)).status).toBe(status);
  });
});

function sessionOf(headers: Reply['headers']): string[] {
  const pass = headers['headgate-pass'];
  if (typeof pass !== 'string') return [];
  return [JSON.parse(Buffer.from(pass.split('.')[1] as string, 'base64url').toString()).jti];
}

function forged(token: string, claims: object): string {
  const [header, payload, signature] = token.split('.') as [string, string, string];
  const changed = { ...JSON.parse(Buffer.from(payload, 'base64url').toString()), ...claims };
  return [header, Buffer.from(JSON.stringify(changed)).toString('base64url'), signature].join('.');
}

/** Everything that Redis holds as texts. */
async function storedTexts(): Promise<string> {
  const client = redis.client;
  const names = await client.keys('*');
  const dumps = await Promise.all(names.map((name) => client.dumpBuffer(name)));
  return dumps.map((dump) => dump?.toString('latin1') ?? '').join();
}
