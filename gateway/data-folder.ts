/** Where the command line finds the gateways' data: by the configuration's word, and by the environment's where a broken one has none. */
import { loadConfig } from '../config/load.ts';

export function dataFolder(config: string | undefined, env: NodeJS.ProcessEnv): string {
  const loaded = config === undefined ? null : loadConfig(config, env);
  return loaded?.ok ? loaded.settings.dataPath : env.HEADGATE_DATA || './data';
}
