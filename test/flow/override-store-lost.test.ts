/** Overrides are for the hour in which the store is gone: they are given, obeyed and lifted without it. */
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { newKeys } from '../../gateway/request/key-commands.ts';
import { override } from '../support/commands.ts';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { ask, visitor } from '../support/http-client.ts';
import { startRedis } from '../support/redis-server.ts';
import { untilAnswered } from '../support/room-client.ts';
import { startSmallPlatform } from '../support/small-platform.ts';
import { tempFolder } from '../support/temp-folder.ts';

let gate: GatewayProcess;
let data: string;
let inside: ReturnType<typeof visitor>;
let waiting: ReturnType<typeof visitor>;

beforeAll(async () => {
  const [redis, platform] = [await startRedis(), await startSmallPlatform()];
  data = await tempFolder();
  await newKeys(join(data, 'keys'), Date.now());
  gate = await startGateway({
    env: { HEADGATE_DATA: data },
    config: `
store: { kind: redis, url: "${redis.url}" }
upstreams: { platform: { targets: ["${platform.url}"] } }
rooms:
  "r-{room}": { limits: { sessions: 1, submitReserve: 0 }, onStoreLoss: hold }
  site: {}
rules:
  - { name: rooms, match: { path: "/r/{room}/*" }, room: "r-{room}" }
default: { room: site, upstream: platform }
`,
  });
  [inside, waiting] = [visitor(gate.url), visitor(gate.url)];
  expect((await inside.open('/r/1/form')).state).toBe('admitted');
  expect((await waiting.open('/r/1/form')).state).toBe('waiting');
  await redis.kill();
});

describe('while the store is lost', () => {
  it('a bypass lets everybody by: who waits, who is new, and in rooms that nobody has made yet', async () => {
    await untilAnswered(() => waiting.open('/r/1/form'), 'held');
    expect((await visitor(gate.url).open('/r/1/form')).state).toBe('held');
    expect((await override(data, 'r-1 bypass')).code).toBe(0);
    for (const who of [inside, waiting, visitor(gate.url)])
      expect((await who.open('/r/1/form')).state).toBe('bypassed');
    expect((await ask(`${gate.url}/r/1/x`, { method: 'POST' })).state).toBe('bypassed');
    expect((await override(data, 'r-new bypass')).code).toBe(0);
    expect((await visitor(gate.url).open('/r/new/form')).state).toBe('bypassed');
    expect((await override(data, 'lift r-1')).code).toBe(0);
    expect((await waiting.open('/r/1/form')).state).toBe('held');
    expect((await inside.open('/r/1/form')).state).toBe('admitted');
  });
});
