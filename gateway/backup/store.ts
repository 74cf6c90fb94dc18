/** Finds what a backup is of, and where a restore goes: the configuration, and the store that it names. */
import { defaultConfig, formatLocated, type LoadResult, loadConfig } from '../../config/load.ts';
import { HeadgateError } from '../errors.ts';
import type { StoreLog } from '../store/embedded.ts';
import { openEmbedded, readEmbedded } from './embedded-rooms.ts';
import { openRedisRooms } from './redis-rooms.ts';
import type { RoomSource, RoomTarget } from './words.ts';

export type Loaded = LoadResult & { ok: true };

/** Throws HG_CONFIG naming every fault. */
export function configurationOf(file: string | undefined, env: NodeJS.ProcessEnv): Loaded {
  const loaded = file === undefined ? defaultConfig(env) : loadConfig(file, env);
  if (!loaded.ok) throw new HeadgateError('HG_CONFIG', `\n${formatLocated(loaded.errors)}`);
  return loaded;
}

export async function openSource({ settings }: Loaded, wallMs: number): Promise<RoomSource> {
  const { store } = settings;
  return store.kind === 'redis' ? openRedisRooms(store, complain) : readEmbedded(store.path, wallMs);
}

export async function openTarget({ settings }: Loaded, wallMs: number): Promise<RoomTarget> {
  const { store } = settings;
  return store.kind === 'redis' ? openRedisRooms(store, complain) : openEmbedded(store.path, wallMs);
}

const complain: StoreLog = (level, _facts, message) => {
  if (level === 'error') console.error(`headgate: ${message}`);
};
