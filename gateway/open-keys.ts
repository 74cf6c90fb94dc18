/** Opens the keys that sign tickets, passes and stamps: a gateway's own, or those that all gateways of one Redis share. */
import { hostname } from 'node:os';
import type { Settings } from '../config/settings.ts';
import type { Clock } from './clock.ts';
import type { Log } from './observe/logger.ts';
import type { OpenedStore } from './open-store.ts';
import { type GateKeys, openOwnKeys } from './request/gate-keys.ts';
import { openSharedKeys } from './request/shared-keys.ts';
import { createRedisHash, keysHash } from './store/redis-hash.ts';

/** Throws HG_KEYS_MISSING and HG_DATA_UNWRITABLE for keys of its own; shared ones are taken up when they come. */
export function openKeys(
  { link, slot }: OpenedStore,
  settings: () => Settings,
  clock: Clock,
  log: Log,
): Promise<GateKeys> {
  const { keys, store } = settings();
  if (!link) return openOwnKeys(keys.path, { now: clock.wallMs, overlapHours: keys.overlapHours });
  return openSharedKeys({
    folder: keys.path,
    hash: createRedisHash(link, keysHash(store.prefix)),
    gateway: { id: slot.id, host: hostname() },
    overlapHours: keys.overlapHours,
    needsDraw: () => settings().launches.some((launch) => launch.draw),
    clock,
    log: (level, facts, message) => log.say(level, facts, message),
  });
}
