/** A line moves from one kind of store to the other by way of its backup, and in Redis a live one never goes back either. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { newKeys } from '../../gateway/request/key-commands.ts';
import { readRoom } from '../../gateway/store/redis-room.ts';
import { backup, restore } from '../support/commands.ts';
import { startGateway } from '../support/gateway-process.ts';
import { visitor } from '../support/http-client.ts';
import { type RedisServer, startRedis } from '../support/redis-server.ts';
import { roomAt, untilAnswered } from '../support/room-client.ts';
import { type SmallPlatform, startSmallPlatform } from '../support/small-platform.ts';
import { tempFolder } from '../support/temp-folder.ts';

let platform: SmallPlatform;
let redis: RedisServer;

beforeAll(async () => {
  platform = await startSmallPlatform();
  redis = await startRedis();
});

const config = (store: string) => `
store: ${store}
drain: { delaySeconds: 0, seconds: 5 }
upstreams: { platform: { targets: ["${platform.url}"] } }
rooms:
  "r-{room}": { limits: { sessions: 1, submitReserve: 0 } }
  site: {}
rules:
  - { name: rooms, match: { path: "/r/{room}/*" }, room: "r-{room}" }
default: { room: site, upstream: platform }
`;

const inRedis = (prefix: string) => config(`{ kind: redis, url: "${redis.url}", prefix: ${prefix} }`);

/** The same host: the keys are there, the store is another. */
async function folderWith(text: string, data: string) {
  const file = join(await tempFolder(), 'headgate.yaml');
  await writeFile(file, text);
  return { file, env: { HEADGATE_CONFIG: file, HEADGATE_DATA: data } };
}

describe('a line', () => {
  it('goes from the embedded store to Redis and back, with every place, and goes on in order', async () => {
    const first = await startGateway({ config: config('{ kind: embedded }') });
    const [inside, second, third] = [visitor(first.url), visitor(first.url), visitor(first.url)];
    for (const person of [inside, second, third]) await person.open('/r/1/form');
    const places = () =>
      Promise.all([second, third].map(async (one) => (await roomAt(first.url, 'r-1').placeOf(one)).number));
    expect(await places()).toEqual([2, 3]);
    const files = join(await tempFolder());
    const fromDisk = join(files, 'disk.json');
    const here = { HEADGATE_CONFIG: first.configPath, HEADGATE_DATA: first.data };
    expect((await backup(here, fromDisk)).code).toBe(0);
    await first.stop();

    await first.writeConfig(inRedis('move'));
    const moved = await restore(here, fromDisk);
    expect([moved.code, moved.stdout]).toEqual([
      0,
      expect.stringContaining('r-1: restored at epoch 1, issued 3, serving 1'),
    ]);
    await first.restart();
    expect(await places()).toEqual([2, 3]);
    expect((await inside.open('/r/1/form')).state).toBe('admitted');
    expect((await roomAt(first.url, 'r-1').leaveAs(inside)).status).toBe(204);
    await untilAnswered(() => second.open('/r/1/form'), 'admitted');
    expect((await third.open('/r/1/form')).state).toBe('waiting');

    const fromRedis = join(files, 'redis.json.gz');
    const taken = await backup(here, fromRedis, { json: true });
    expect(JSON.parse(taken.stdout)).toMatchObject({ ok: true, store: 'redis', issued: 3, inside: 1 });
    await first.stop();
    const back = join(await tempFolder(), 'store');
    await mkdir(back);
    await first.writeConfig(config(`{ kind: embedded, path: ${JSON.stringify(back)} }`));
    expect((await restore(here, fromRedis)).code).toBe(0);
    await first.restart();
    expect((await roomAt(first.url, 'r-1').placeOf(third)).number).toBe(3);
    expect((await second.open('/r/1/form')).state).toBe('admitted');
    const newcomer = visitor(first.url);
    await newcomer.open('/r/1/form');
    expect((await roomAt(first.url, 'r-1').placeOf(newcomer)).number).toBe(4);
  });

  it('that lives in Redis is refused by name, with nothing changed in any room, and lifted beside its gateway', async () => {
    const data = await tempFolder();
    await newKeys(join(data, 'keys'), Date.now());
    const gate = await startGateway({ config: inRedis('live'), env: { HEADGATE_DATA: data } });
    const env = { HEADGATE_CONFIG: gate.configPath, HEADGATE_DATA: data };
    const people = [1, 2, 3].map(() => visitor(gate.url));
    for (const person of people) await person.open('/r/1/form');
    await visitor(gate.url).open('/r/2/form');
    const older = join(await tempFolder(), 'older.json');
    expect((await backup(env, older)).code).toBe(0);
    await visitor(gate.url).open('/r/1/form');
    await redis.cli('del', ...(await redis.client.keys('live:{r-2}:*')));

    const refused = await restore(env, older);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('r-1: refused: it is live: 4 numbers given, 1 inside');
    expect((await roomAt(gate.url, 'r-1').status()).issued).toBe(4);

    const lifted = await restore(env, older, { lift: true, room: 'r-1' });
    expect([lifted.code, lifted.stdout]).toEqual([
      0,
      expect.stringContaining('r-1: left as it is at epoch 1, issued 4, serving 1, beyond the backup'),
    ]);
    // Whoever lifts is no gateway: a silent one would keep a share of what is free.
    const names = [...(await readRoom(redis.client, 'live', 'r-1'))!.gateways.keys()];
    expect(names).toHaveLength(1);
    expect(names).not.toContain('restore');
    const newer = join(await tempFolder(), 'newer.json');
    await backup(env, newer);
    // An hour ago came back: the store has forgotten two of the numbers.
    await gate.stop();
    await redis.client.flushall();
    expect((await restore(env, older, { room: 'r-1' })).code).toBe(0);
    const risen = await restore(env, newer, { lift: true, room: 'r-1', json: true });
    expect(JSON.parse(risen.stdout).rooms[0]).toMatchObject({
      done: 'lifted',
      from: { lanes: { default: { issued: 3 } } },
      to: { lanes: { default: { issued: 4 } } },
    });
    await gate.restart();
    for (const [index, person] of people.entries()) {
      if (index > 0) expect((await roomAt(gate.url, 'r-1').placeOf(person)).number).toBe(index + 1);
    }
  });

  it('takes the place of a quiet room that a gateway made and that has given no number', async () => {
    const data = await tempFolder();
    await newKeys(join(data, 'keys'), Date.now());
    const gate = await startGateway({ config: inRedis('quiet'), env: { HEADGATE_DATA: data } });
    const env = { HEADGATE_CONFIG: gate.configPath, HEADGATE_DATA: data };
    await visitor(gate.url).open('/r/1/form');
    const file = join(await tempFolder(), 'quiet.json');
    expect((await backup(env, file)).code).toBe(0);
    expect((await readRoom(redis.client, 'quiet', 'site'))!.seq).toBeGreaterThan(0);

    const lifted = await restore(env, file, { lift: true });
    expect([lifted.stderr, lifted.code]).toEqual(['', 0]);
    expect(lifted.stdout).toContain('site: restored at epoch 1, issued 0, serving 0');
  });

  it('cannot be had of a Redis that does not answer, and no file is left', async () => {
    const folder = await tempFolder();
    const { env } = await folderWith(config('{ kind: redis, url: "redis://127.0.0.1:9" }'), folder);
    const taken = await backup(env, join(folder, 'b.json'));
    expect([taken.code, taken.stderr]).toEqual([1, expect.stringContaining('Redis cannot be reached')]);
    await expect(readFile(join(folder, 'b.json'))).rejects.toThrow('ENOENT');
  });
});
