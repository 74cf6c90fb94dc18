/** Where the command line finds the keys, and the store whose gateways share them: by the configuration, else under the data folder. */
import { join } from 'node:path';
import { defaultConfig, formatLocated, loadConfig } from '../config/load.ts';
import type { Settings } from '../config/settings.ts';
import { HeadgateError } from './errors.ts';

export interface KeysPlace {
  folder: string;
  /** Null: a gateway that is alone. */
  redis: Settings['store'] | null;
}

export function keysPlace(config: string | undefined, env: NodeJS.ProcessEnv): KeysPlace {
  const file = config ?? env.HEADGATE_CONFIG;
  if (file === undefined && env.HEADGATE_REDIS_URL === undefined)
    return { folder: join(env.HEADGATE_DATA ?? './data', 'keys'), redis: null };
  const loaded = file === undefined ? defaultConfig(env) : loadConfig(file, env);
  if (!loaded.ok) throw new HeadgateError('HG_CONFIG', `\n${formatLocated(loaded.errors)}`);
  const { keys, store } = loaded.settings;
  return { folder: keys.path, redis: store.kind === 'redis' ? store : null };
}
