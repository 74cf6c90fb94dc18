/** A configuration that leaves its port open (0) means the port that was chosen at the start. */
import type { LoadResult } from '../../config/load.ts';

export function onPort(loaded: LoadResult, port: number): LoadResult {
  if (!loaded.ok || loaded.settings.listen.gateway.port !== 0) return loaded;
  const { settings } = loaded;
  const gateway = { ...settings.listen.gateway, port };
  return { ...loaded, settings: { ...settings, listen: { ...settings.listen, gateway } } };
}
