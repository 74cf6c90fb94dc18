/** A whole deployment: Redis, a platform, gateways that share keys, and one admin process, each a process of its own. */
import type { AdminClient } from './admin-client.ts';
import { type AdminProcess, startAdminProcess } from './admin-process.ts';
import { sharedKeys } from './gateway-keys.ts';
import { type GatewayProcess, startGateway } from './gateway-process.ts';
import { type PlatformProcess, startPlatformProcess } from './platform-process.ts';
import { type RedisServer, startRedis } from './redis-server.ts';
import { untilSo } from './within.ts';

export interface DeploymentOptions {
  gateways: number;
  /** `rules`, `rooms` and what else stands at top level, as YAML. `default` and `upstreams` are added. */
  config: string;
  platform?: PlatformProcess;
  adminEnv?: NodeJS.ProcessEnv;
  adminData?: string;
}

export interface Deployment {
  readonly redis: RedisServer;
  readonly platform: PlatformProcess;
  readonly gateways: readonly GatewayProcess[];
  readonly admin: AdminProcess;
  /** Of the present admin process. */
  readonly api: AdminClient;
  /** The whole text of a configuration with this in the place of the first one. */
  text(config?: string): string;
  /** Resolves when the admin hears of so many gateways. */
  heard(count: number): Promise<void>;
}

const PATIENCE_MS = 60_000;

export async function startDeployment(options: DeploymentOptions): Promise<Deployment> {
  const [redis, keys, platform] = await Promise.all([
    startRedis(),
    sharedKeys(),
    options.platform ?? startPlatformProcess({ idleSeconds: 600 }),
  ]);
  const text = (config = options.config) => `
store: { kind: redis, url: "${redis.url}" }
keys: { path: "${keys}" }
drain: { delaySeconds: 0 }
log: { samplePerSecond: 1 }
upstreams: { platform: { targets: ["${platform.url}"] } }
default: { room: platform, upstream: platform }
${config}
`;
  const gateways = await Promise.all(
    Array.from({ length: options.gateways }, () => startGateway({ config: text() })),
  );
  const admin = await startAdminProcess({
    config: text(),
    ...(options.adminEnv ? { env: options.adminEnv } : {}),
    ...(options.adminData ? { data: options.adminData } : {}),
  });
  const heard = (count: number) =>
    untilSo(PATIENCE_MS, `the admin hears of ${count} gateways that obey it`, async () => {
      const { items } = await admin.api.get<{ items: { serial: number }[] }>('gateways');
      return items.filter(({ serial }) => serial > 0).length === count;
    });
  await heard(options.gateways);
  return {
    ...{ redis, platform, gateways, admin, text, heard },
    get api() {
      return admin.api;
    },
  };
}
