/** The connection to Redis: what it answers was done once, and whatever is unknown or was not done rejects as StoreLost. */
import type { Cluster, Redis } from 'ioredis';
import type { Settings } from '../../config/settings.ts';
import type { StoreLog } from './embedded.ts';

export interface RedisLink {
  /**
   * Connects and checks the server. An unreachable one is no reason not to start (it is tried on and on); one that must
   * not be used rejects HeadgateError HG_STORE_REFUSED with the setting's name. Waits at most 2 s for a first connection.
   */
  start(): Promise<void>;
  stop(): Promise<void>;
  isUp(): boolean;
  /** Runs one script (`hg_join`…). Rejects StoreLost for whatever is unknown or was not done; its message is for people. */
  run(
    script: string,
    keys: readonly string[],
    args: readonly (Uint8Array | string)[],
  ): Promise<Uint8Array>;
  /** For the few plain commands (registry, backup); they reject as ioredis does: put them through `lossOf`. */
  readonly client: Redis | Cluster;
  /** Called on each (re)connection that passed the checks, and when it is lost. */
  onChange(listener: (isUp: boolean) => void): void;
}

export interface RedisLinkParts {
  settings: Settings['store'];
  log: StoreLog;
  /** Defines the scripts' commands on the client, before it connects. */
  defineScripts(client: Redis | Cluster): void;
}

export function createRedisLink(_parts: RedisLinkParts): RedisLink {
  throw new Error('not built yet');
}
