/** Opens the store that the configuration names: the embedded one in this process, or Redis with what keeps many gateways one. */
import type { Settings } from '../config/settings.ts';
import type { Clock } from './clock.ts';
import type { Log } from './observe/logger.ts';
import { createEmbeddedStore, type StoreLog } from './store/embedded.ts';
import { createMemoryWriter, readMemory } from './store/gateway-memory.ts';
import { openPeers } from './store/gateway-peers.ts';
import { type GatewaySlot, takeSlot } from './store/gateway-slot.ts';
import { createRedisStore } from './store/redis.ts';
import { createRedisLink, type RedisLink } from './store/redis-link.ts';
import { createRoomRegistry } from './store/redis-registry.ts';
import { defineScripts } from './store/redis-scripts.ts';
import type { Store } from './store/store.ts';

export interface OpenedStore {
  store: Store;
  /** Of this process, the same after a restart. */
  slot: GatewaySlot;
  /** How often the store found, when it was opened, that something had been lost. */
  lossesFound: number;
  /** Null for the embedded store. */
  link: RedisLink | null;
  /** Writes what is to be kept, closes the store, and gives the slot back. */
  close(): Promise<void>;
}

/** Throws HeadgateError: HG_DATA_UNWRITABLE, HG_STORE_REFUSED. */
export async function openStore(settings: Settings, clock: Clock, log: Log): Promise<OpenedStore> {
  const say: StoreLog = (level, facts, message) => log.say(level, facts, message);
  const slot = takeSlot(settings.dataPath);
  try {
    return settings.store.kind === 'redis'
      ? await openRedis(settings, slot, clock, say)
      : await openEmbedded(settings, slot, clock, say);
  } catch (error) {
    slot.release();
    throw error;
  }
}

async function openEmbedded(
  settings: Settings,
  slot: GatewaySlot,
  clock: Clock,
  log: StoreLog,
): Promise<OpenedStore> {
  const store = createEmbeddedStore({ path: settings.store.path, clock, log });
  await store.start();
  const close = async () => {
    await store.stop();
    slot.release();
  };
  return { store, slot, lossesFound: store.losses.length, link: null, close };
}

async function openRedis(
  settings: Settings,
  slot: GatewaySlot,
  clock: Clock,
  log: StoreLog,
): Promise<OpenedStore> {
  const { prefix } = settings.store;
  const remembered = readMemory(slot.folder, log);
  const link = createRedisLink({ settings: settings.store, log, defineScripts });
  const peers = openPeers({ slot, link, prefix, clock, log });
  const store = createRedisStore({
    ...{ link, prefix, gateway: slot.id, clock, log, peers },
    ...{ registry: createRoomRegistry(link, prefix, remembered.keys()), remembered },
  });
  const memory = createMemoryWriter({ folder: slot.folder, clock, log, remembered, rooms: store.memory });
  await store.start();
  peers.start();
  memory.start();
  const close = async () => {
    await peers.stop();
    await store.stop();
    await memory.stop();
    slot.release();
  };
  return { store, slot, lossesFound: 0, link, close };
}
