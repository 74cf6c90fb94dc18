/** Where the command line finds the gateways' data: by the configuration's word, and by the environment's where a broken one has none. */

export async function dataFolder(config: string | undefined, env: NodeJS.ProcessEnv): Promise<string> {
  const loaded = config === undefined ? null : (await import('../config/load.ts')).loadConfig(config, env);
  return loaded?.ok ? loaded.settings.dataPath : env.HEADGATE_DATA || './data';
}
