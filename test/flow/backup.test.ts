/** Backup and restore: a line that comes back has its places, its order and its limits, and a line that lives never goes back. */
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { headgate } from '../support/command-line.ts';
import { backup, restore } from '../support/commands.ts';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { visitor } from '../support/http-client.ts';
import { roomAt, untilAnswered } from '../support/room-client.ts';
import { type SmallPlatform, startSmallPlatform } from '../support/small-platform.ts';
import { tempFolder } from '../support/temp-folder.ts';

let platform: SmallPlatform;

beforeAll(async () => {
  platform = await startSmallPlatform();
});

const config = () => `
drain: { delaySeconds: 0, seconds: 5 }
upstreams: { platform: { targets: ["${platform.url}"] } }
rooms:
  "r-{room}": { limits: { sessions: 2, submitReserve: 0 } }
  site: {}
rules:
  - { name: rooms, match: { path: "/r/{room}/*" }, room: "r-{room}" }
default: { room: site, upstream: platform }
`;

/** A gate with two inside and three who wait, and a file for its backup. */
async function line() {
  const gate = await startGateway({ config: config() });
  const file = join(await tempFolder(), 'headgate.json.gz');
  const people = [1, 2, 3, 4, 5].map(() => visitor(gate.url));
  const states: (string | undefined)[] = [];
  for (const person of people) states.push((await person.open('/r/1/form')).state);
  expect(states).toEqual(['admitted', 'admitted', 'waiting', 'waiting', 'waiting']);
  const waiting = people.slice(2);
  return {
    ...{ gate, file, waiting, inside: people.slice(0, 2), room: roomAt(gate.url, 'r-1') },
    env: { HEADGATE_CONFIG: gate.configPath, HEADGATE_DATA: gate.data },
    numbers: () =>
      Promise.all(waiting.map(async (one) => (await roomAt(gate.url, 'r-1').placeOf(one)).number)),
  };
}

async function storeFiles(gate: GatewayProcess): Promise<string[]> {
  return (await readdir(gate.data)).filter((name) => name.endsWith('.jsonl')).sort();
}

async function wipeStore(gate: GatewayProcess): Promise<void> {
  for (const name of await storeFiles(gate)) await rm(join(gate.data, name));
}

interface Restored {
  ok: boolean;
  rooms: { room: string; done: string; why?: string; from?: Numbers; to?: Numbers }[];
}
interface Numbers {
  epoch: number;
  lanes: Record<string, { issued: number; serving: number }>;
}

describe('a line that was backed up while its gateway ran', () => {
  it('comes back into an empty store: places, order, limit and those inside', async () => {
    const { gate, file, env, waiting, inside, numbers, room } = await line();
    const before = await numbers();
    const taken = await headgate(['backup', '--to', file], env);
    expect([taken.code, taken.stdout]).toEqual([0, expect.stringContaining('(5 numbers given, 2 inside)')]);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await gate.stop();
    await wipeStore(gate);
    const restored = await headgate(['restore', file], env);
    expect([restored.code, restored.stderr]).toEqual([0, '']);
    expect(restored.stdout).toContain('r-1: restored at epoch 1, issued 5, serving 2, held for 3 s');
    await gate.restart();
    expect(gate.output()).toContain('the last exit was not clean');
    expect(await numbers()).toEqual(before);
    for (const person of inside) expect((await person.open('/r/1/form')).state).toBe('admitted');
    const newcomer = visitor(gate.url);
    expect((await newcomer.open('/r/1/form')).state).not.toBe('admitted');
    expect((await room.placeOf(newcomer)).number).toBe(6);
    // One leaves: the first in line goes in, and nobody else.
    expect((await room.leaveAs(inside[0]!)).status).toBe(204);
    await untilAnswered(() => waiting[0]!.open('/r/1/form'), 'admitted');
    for (const person of [...waiting.slice(1), newcomer])
      expect((await person.open('/r/1/form')).state).not.toBe('admitted');
  });

  it.concurrent('comes back on another machine, with its keys where that is asked', async ({ expect }) => {
    const { gate, file, env, waiting, numbers, room } = await line();
    const before = await numbers();
    await backup(env, file);
    await gate.stop();
    const cookies = waiting.map(({ jar }) => [...jar]);
    await rm(gate.data, { recursive: true });
    await mkdir(gate.data);
    const without = await restore(env, file, { json: true });
    expect(JSON.parse(without.stdout)).toMatchObject({ ok: true, keysAdded: [] });
    expect(without.stderr).toContain('restore with --with-keys');
    await wipeStore(gate);
    const restored = await restore(env, file, { withKeys: true });
    expect([restored.code, restored.stdout]).toEqual([0, expect.stringContaining('draw.secret added')]);
    await gate.restart();
    expect(await numbers()).toEqual(before);
    expect(waiting.map(({ jar }) => [...jar])).toEqual(cookies);
    expect((await room.status()).issued).toBe(5);
  });

  it.concurrent('is the same whether its gateway runs or not, and reading it leaves no trace', async ({
    expect,
  }) => {
    const { gate, file, env } = await line();
    await backup(env, file);
    await gate.stop();
    const files = await storeFiles(gate);
    const contents = () => Promise.all(files.map((name) => readFile(join(gate.data, name), 'utf8')));
    const before = await contents();
    const again = join(await tempFolder(), 'stopped.json');
    expect((await backup(env, again)).stdout).toContain('(5 numbers given, 2 inside)');
    expect([await storeFiles(gate), await contents()]).toEqual([files, before]);
    const document = JSON.parse(await readFile(again, 'utf8'));
    expect(document.rooms.find((one: { name: string }) => one.name === 'r-1').lanes.default.issued).toBe(5);
    expect(document.config.text).toBe(config());
    expect(Object.keys(document.keys)).toContain('draw.secret');
    const bare = join(await tempFolder(), 'bare.json');
    await backup(env, bare, { withKeys: false });
    expect(JSON.parse(await readFile(bare, 'utf8')).keys).toBeNull();
  });
});

describe('a restore into a line that went on', () => {
  it.concurrent('is refused by name and changes nothing; with --lift the line never goes back', async ({
    expect,
  }) => {
    const { gate, file, env, numbers, room } = await line();
    const before = await numbers();
    await backup(env, file);
    for (let more = 0; more < 3; more += 1) await visitor(gate.url).open('/r/1/form');
    await visitor(gate.url).open('/r/2/form');
    const running = await restore(env, file);
    expect([running.code, running.stderr]).toEqual([1, expect.stringMatching(/is in use by process \d+/)]);
    await gate.stop();
    const files = await storeFiles(gate);
    const refused = await restore(env, file, { json: true });
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.stdout).rooms).toMatchObject([{ room: 'r-1', done: 'refused' }]);
    expect(refused.stderr).toContain('r-1: refused: it is live: 8 numbers given, 2 inside');
    expect(await storeFiles(gate)).toEqual(files);

    const lifted = await restore(env, file, { lift: true, json: true });
    expect(lifted.code).toBe(0);
    const { rooms } = JSON.parse(lifted.stdout) as Restored;
    expect(rooms.find((one) => one.room === 'r-1')).toMatchObject({
      done: 'unchanged',
      from: { lanes: { default: { issued: 8, serving: 2 } } },
    });
    await gate.restart();
    expect((await room.status()).issued).toBe(8);
    expect(await numbers()).toEqual(before);
    // A room that the backup does not know is still there.
    expect((await roomAt(gate.url, 'r-2').status()).issued).toBe(1);
  });

  it.concurrent('that fell behind is lifted to the backup’s numbers, and it says from what to what', async ({
    expect,
  }) => {
    const { gate, file, env, waiting, numbers } = await line();
    const before = await numbers();
    await backup(env, file);
    await gate.stop();
    await wipeStore(gate);
    await gate.restart();
    // Newcomers were faster than those who wait: number 1 was given again.
    await visitor(gate.url).open('/r/1/form');
    await gate.stop();
    expect((await restore(env, file)).code).toBe(1);
    const lifted = await restore(env, file, { lift: true });
    expect([lifted.code, lifted.stdout]).toEqual([
      0,
      expect.stringContaining(
        'r-1: lifted from epoch 1, issued 1, serving 1 to epoch 1, issued 5, serving 2',
      ),
    ]);
    await gate.restart();
    expect(await numbers()).toEqual(before);
    const newcomer = visitor(gate.url);
    await newcomer.open('/r/1/form');
    expect((await roomAt(gate.url, 'r-1').placeOf(newcomer)).number).toBe(6);
    expect((await waiting[0]!.open('/r/1/form')).status).toBe(200);
  });
});

describe('a restore', () => {
  it.concurrent('of one room alone leaves the others', async ({ expect }) => {
    const { gate, file, env } = await line();
    await visitor(gate.url).open('/r/2/form');
    await backup(env, file);
    await gate.stop();
    await wipeStore(gate);
    const restored = await restore(env, file, { room: 'r-2', json: true });
    expect((JSON.parse(restored.stdout) as Restored).rooms.map((one) => [one.room, one.done])).toEqual([
      ['r-2', 'written'],
    ]);
    const nowhere = await restore(env, file, { room: 'r-9' });
    expect([nowhere.code, nowhere.stderr]).toEqual([1, expect.stringContaining('has no room "r-9"')]);
  });

  it.concurrent('never overwrites a key that differs, and then changes nothing', async ({ expect }) => {
    const { gate, file, env } = await line();
    await backup(env, file);
    await gate.stop();
    await wipeStore(gate);
    const secret = join(gate.data, 'keys', 'draw.secret');
    await writeFile(secret, `${'A'.repeat(43)}\n`);
    const refused = await restore(env, file, { withKeys: true });
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('draw.secret in ')]);
    expect(await storeFiles(gate)).toEqual([]);
    expect(await readFile(secret, 'utf8')).toBe(`${'A'.repeat(43)}\n`);
  });

  it.concurrent('of no backup says so and changes nothing', async ({ expect }) => {
    const folder = await tempFolder();
    const configPath = join(folder, 'headgate.yaml');
    await writeFile(configPath, config());
    const env = { HEADGATE_CONFIG: configPath, HEADGATE_DATA: join(folder, 'data') };
    const refused = await headgate(['restore', configPath, '--json'], env);
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.stdout)).toMatchObject({
      ok: false,
      error: expect.stringContaining('damaged or no backup'),
    });
    expect(await readdir(folder)).toEqual(['headgate.yaml']);
    expect((await headgate(['restore'], env)).code).toBe(2);
  });
});

describe('a backup', () => {
  it.concurrent('that cannot be written leaves nothing, and one of no store at all is refused', async ({
    expect,
  }) => {
    const folder = await tempFolder();
    const configPath = join(folder, 'headgate.yaml');
    await writeFile(configPath, config());
    await mkdir(join(folder, 'data'));
    const env = { HEADGATE_CONFIG: configPath, HEADGATE_DATA: join(folder, 'data') };
    const empty = await backup(env, join(folder, 'b.json'));
    expect([empty.code, empty.stderr]).toEqual([1, expect.stringContaining('there is no store in')]);
    expect((await readdir(folder)).sort()).toEqual(['data', 'headgate.yaml']);
    expect((await headgate(['backup'], env)).code).toBe(2);
  });
});
