/** Stores over a real Redis whose clock a test moves by hand: gateways that start, end in order, or vanish. */

import type { RememberedRoom } from '../../gateway/store/gateway-memory.ts';
import { createRedisStore, type RedisStore } from '../../gateway/store/redis.ts';
import { createRedisLink, type RedisLink } from '../../gateway/store/redis-link.ts';
import { createRoomRegistry } from '../../gateway/store/redis-registry.ts';
import { defineScripts, type ReadPart, readPart } from '../../gateway/store/redis-scripts.ts';
import type { RedisServer } from '../support/redis-server.ts';
import { type HandClock, handClock } from './hand-clock.ts';

const CLOCK_KEY = 'test-clock';
/** In the place of lib/clock: the store's time is what the test wrote, the server is the real one. */
const TEST_CLOCK = `local function store_time() return tonumber(redis.call('GET', '${CLOCK_KEY}')) end
local function server_id() return string.match(redis.call('INFO', 'server'), 'run_id:(%w+)') end`;

const readWithTestClock: ReadPart = (part) => (part === 'lib/clock' ? TEST_CLOCK : readPart(part));

export interface RedisStage {
  clock: Omit<HandClock, 'advance' | 'jump'> & { advance(ms: number): Promise<void> };
  /** A gateway of its own; what its disk remembers is handed in. */
  open(gateway: string, remembered?: ReadonlyMap<string, RememberedRoom>): Promise<OpenedGateway>;
  /** Everything that Redis knew is gone. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export interface OpenedGateway {
  store: RedisStore;
  link: RedisLink;
  /** Silent gateways that its views named, and those that it takes for dead. */
  silent: string[];
  gone: string[];
  /** As it would be on its disk now. */
  remembers(): Map<string, RememberedRoom>;
}

/** Empties the server first. */
export async function redisStage(server: RedisServer, prefix = 'hg'): Promise<RedisStage> {
  const clock = handClock();
  const opened: OpenedGateway[] = [];
  const tell = () => server.client.set(CLOCK_KEY, clock.wallMs());
  const flush = async () => {
    await server.client.multi().flushall().set(CLOCK_KEY, clock.wallMs()).exec();
  };
  await flush();

  async function open(
    gateway: string,
    remembered: ReadonlyMap<string, RememberedRoom> = new Map(),
  ): Promise<OpenedGateway> {
    const link = createRedisLink({
      settings: { kind: 'redis', path: '', prefix, commandMs: 5_000, url: server.url },
      log: () => undefined,
      defineScripts: (client) => defineScripts(client, readWithTestClock),
    });
    const silent: string[] = [];
    const gone: string[] = [];
    const peers = { gone: () => gone, hear: (ids: readonly string[]) => void silent.splice(0, 64, ...ids) };
    const registry = createRoomRegistry(link, prefix);
    const store = createRedisStore({
      ...{ link, prefix, gateway, clock, log: () => undefined, registry, peers, remembered },
    });
    await store.start();
    const remembers = () => new Map([...store.memory()].map(([name, , make]) => [name, make()]));
    const all = { store, link, silent, gone, remembers };
    opened.push(all);
    return all;
  }

  return {
    clock: {
      wallMs: clock.wallMs,
      monotonicMs: clock.monotonicMs,
      async advance(ms) {
        clock.advance(ms);
        await tell();
      },
    },
    open,
    flush,
    async close() {
      for (const { store } of opened) await store.stop();
    },
  };
}
