/** Does to the demo what a scenario's moments say. */
import type { Deed } from '../rehearse/words.ts';
import type { ConfigFile } from './config-file.ts';
import type { GatewayProcess } from './gateway-process.ts';
import type { PlatformGroup } from './platform-process.ts';
import type { RedisProcess } from './redis-process.ts';
import type { AdminAccess } from './words.ts';

export interface DeedParts {
  platforms: readonly PlatformGroup[];
  gateways: readonly GatewayProcess[];
  redis: RedisProcess | null;
  admin: AdminAccess;
  file: ConfigFile;
  /** Scenario's seconds a real one. */
  compress: number;
}

/** Null: it can be done; else why not. */
export function cannotDo({ platforms, gateways, redis }: DeedParts, deed: Deed): string | null {
  if (deed.kind === 'platform' || deed.kind === 'platform-restart') {
    const isThere = platforms.some(({ name }) => name === deed.platform);
    return isThere ? null : `the stage has no platform ${deed.platform}`;
  }
  if (deed.kind === 'gateway-restart' || deed.kind === 'gateway-kill') {
    const isThere = deed.which === 'each' || gateways[deed.which] !== undefined;
    return isThere ? null : `the stage has no gateway ${deed.which}; the first is 0`;
  }
  if (deed.kind === 'store-stop' || deed.kind === 'store-kill')
    return redis === null ? 'the store is embedded: it is lost with its gateway alone' : null;
  return null;
}

/** Rejects with what went wrong. */
export async function doDeed(parts: DeedParts, deed: Deed): Promise<void> {
  const { platforms, gateways, redis, file, admin } = parts;
  switch (deed.kind) {
    case 'platform':
      return platformOf(platforms, deed.platform).setMode(deed.mode);
    case 'platform-restart':
      return platformOf(platforms, deed.platform).restart();
    case 'gateway-restart':
      for (const gateway of chosen(gateways, deed.which)) await gateway.restart('SIGTERM');
      return;
    case 'gateway-kill':
      for (const gateway of chosen(gateways, deed.which)) await gateway.restart('SIGKILL');
      return;
    case 'store-stop':
      return redis?.stopFor((deed.forSeconds * 1_000) / parts.compress);
    case 'store-kill':
      return redis?.replace();
    case 'deploy':
      return file.deploy(deed.config);
    case 'edit':
      return file.edit(deed.config);
    case 'api':
      if (deed.path.endsWith('pins')) file.notePin(deed.body.path);
      await admin.ask(deed.method, deed.path.replace(/^\/?(v1\/)?/, ''), deed.body);
  }
}

function platformOf(platforms: readonly PlatformGroup[], name: string): PlatformGroup {
  const found = platforms.find((platform) => platform.name === name);
  if (found === undefined) throw new Error(`the stage has no platform ${name}`);
  return found;
}

function chosen(gateways: readonly GatewayProcess[], which: 'each' | number): readonly GatewayProcess[] {
  return which === 'each' ? gateways : gateways.slice(which, which + 1);
}
