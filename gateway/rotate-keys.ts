/** `headgate keys rotate`: in the folder alone, or in the record that all gateways of one Redis heed. */
import type { KeysPlace } from './keys-folder.ts';
import { rotateKeys } from './request/key-commands.ts';
import { rotateSharedKeys } from './request/shared-key-commands.ts';
import { createRedisHash, keysHash } from './store/redis-hash.ts';
import { createRedisLink } from './store/redis-link.ts';

/** Returns the lines to print. `force`: also where a live gateway lacks the new key. */
export async function rotateAnywhere({ folder, redis }: KeysPlace, force: boolean): Promise<string[]> {
  if (!redis) return rotateKeys(folder, Date.now());
  const link = createRedisLink({ settings: redis, log: () => {}, defineScripts: () => {} });
  try {
    await link.start();
    return await rotateSharedKeys(folder, createRedisHash(link, keysHash(redis.prefix)), force);
  } finally {
    await link.stop();
  }
}
