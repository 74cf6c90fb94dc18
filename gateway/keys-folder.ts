/** Where the command line finds the keys: by the configuration, else under the data folder. */
import { join } from 'node:path';
import { formatLocated, loadConfig } from '../config/load.ts';
import { HeadgateError } from './errors.ts';

export function keysFolder(config: string | undefined, env: NodeJS.ProcessEnv): string {
  const file = config ?? env.HEADGATE_CONFIG;
  if (file === undefined) return join(env.HEADGATE_DATA ?? './data', 'keys');
  const loaded = loadConfig(file, env);
  if (!loaded.ok) throw new HeadgateError('HG_CONFIG', `\n${formatLocated(loaded.errors)}`);
  return loaded.settings.keys.path;
}
