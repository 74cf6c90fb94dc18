/** Opens the link to the admin process where the store is shared: by a connection of its own, so that reports never stand before a visitor's call. */
import type { Settings } from '../../config/settings.ts';
import type { Log } from '../observe/logger.ts';
import { createRedisLink } from '../store/redis-link.ts';
import type { ControlLink } from './link.ts';
import { createRedisControl } from './redis-link.ts';

export interface OpenedLink {
  link: ControlLink;
  close(): Promise<void>;
}

/** `isQuiet`: somebody else tells of the server's troubles. Throws HG_STORE_REFUSED. */
export async function openControlLink(
  store: Settings['store'],
  log: Log,
  isQuiet: boolean,
): Promise<OpenedLink> {
  const redis = createRedisLink({
    settings: store,
    log: (level, facts, message) => log.say(isQuiet ? 'debug' : level, facts, message),
    defineScripts: () => {},
  });
  await redis.start();
  return { link: createRedisControl(redis, store.prefix), close: redis.stop };
}
