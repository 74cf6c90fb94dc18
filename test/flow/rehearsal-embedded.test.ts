/** A rehearsal at a single gateway with its own store: it follows the configuration, survives a restart, and is gone with its end, also from the disk. */
import { expect, it } from 'vitest';
import { startGateway } from '../support/gateway-process.ts';
import { ask, visitor } from '../support/http-client.ts';
import { startSmallPlatform } from '../support/small-platform.ts';
import { untilSo } from '../support/within.ts';

interface Begun {
  id: string;
  header: string;
  prefix: string;
}
interface Seen {
  rooms: { room: string; issued: number; waiting: number }[];
}

const PATIENCE_MS = 90_000;
const reason = 'a test';

it('a rehearsal has the limits that real rooms have, through a restart, and leaves none of its rooms', async () => {
  const platform = await startSmallPlatform();
  const gateway = await startGateway({
    config: `
upstreams: { platform: { targets: ["${platform.url}"] } }
rooms: { platform: { limits: { sessions: 1, submitReserve: 0 } } }
default: { room: platform, upstream: platform }
drain: { delaySeconds: 0 }
`,
    admin: true,
  });
  const api = await gateway.api();
  const begun = await api.done<Begun>('POST', 'rehearsals', { minutes: 30, reason });
  const headers = { 'headgate-rehearsal': begun.header };
  const roomsOf = async () => {
    const asked = { headers: { accept: 'application/json', ...headers } };
    return (await ask(`${gateway.url}/.headgate/status`, asked)).json<Seen>().rooms;
  };
  const played = () => visitor(gateway.url, headers);
  expect((await played().open('/')).state).toBe('admitted');
  const second = played();
  expect((await second.open('/')).state).toBe('waiting');
  expect((await roomsOf()).map(({ room, issued }) => [room, issued])).toEqual([
    [`${begun.prefix}platform`, 2],
  ]);

  await gateway.restart();
  expect(await roomsOf()).toMatchObject([{ room: `${begun.prefix}platform`, issued: 2, waiting: 1 }]);
  const later = await gateway.api();
  // What the room is changes while it comes back.
  await untilSo(PATIENCE_MS, 'the limit is another', async () => {
    const { headers: told } = await later.send('GET', 'rooms/platform');
    const match = { 'if-match': String(told.etag) };
    const change = { limits: { sessions: 9 }, reason };
    return (await later.send('PATCH', 'rooms/platform', change, match)).status === 200;
  });
  await untilSo(
    PATIENCE_MS,
    'the second is let in',
    async () => (await second.open('/')).state === 'admitted',
  );

  await later.done('DELETE', `rehearsals/${begun.id}?reason=x`);
  await untilSo(PATIENCE_MS, 'its header is refused', async () => (await played().open('/')).status === 403);
  await gateway.printed(/its gate is closed/);
  await gateway.restart();
  expect((await played().open('/')).status).toBe(403);
  const last = await gateway.api();
  const known = async () => (await last.get<{ items: { room: string }[] }>('rooms')).items;
  await untilSo(PATIENCE_MS, 'the room is told of', async () => (await known()).length > 0);
  expect((await known()).map(({ room }) => room)).toEqual(['platform']);
  // A store that was killed lets nobody in for a few seconds.
  const real = visitor(gateway.url);
  await untilSo(PATIENCE_MS, 'a real one is let in', async () => (await real.open('/')).state === 'admitted');
});
