/** Opens the council where the store is shared: by a connection of its own, so that evidence never stands before a visitor's call. */
import type { Settings } from '../../config/settings.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../observe/logger.ts';
import { type Council, createMemoryCouncil } from '../release/council.ts';
import { createRedisLink } from '../store/redis-link.ts';
import { councilKeys, createRedisCouncil } from './redis-council.ts';

export interface OpenedCouncil {
  council: Council;
  close(): Promise<void>;
  /** Closes it, and nothing of it is left: what it decided about is no more. */
  disband(): Promise<void>;
}

/** Connects in the background: until then a gateway decides alone, and whether the server may be used the store has found out. */
export function openCouncil(store: Settings['store'], clock: Clock, log: Log): OpenedCouncil {
  if (store.kind === 'embedded') {
    const nothing = async () => {};
    return { council: createMemoryCouncil(clock), close: nothing, disband: nothing };
  }
  const redis = createRedisLink({
    settings: store,
    // The store's own connection tells of the server's troubles.
    log: (_level, facts, message) => log.say('debug', facts, message),
    defineScripts: () => {},
  });
  const started = redis.start().catch((error) => log.say('debug', { error: String(error) }, 'no council'));
  const close = async () => {
    await redis.stop();
    await started;
  };
  return {
    council: createRedisCouncil(redis, store.prefix),
    close,
    async disband() {
      if (redis.isUp()) await redis.client.del(...councilKeys(store.prefix)).catch(() => 0);
      await close();
    },
  };
}
