/** Several real gateways with one store and one set of keys, a platform that keeps its own books, and visitors sent to all of them. */
import { type Crowd, type CrowdOptions, sendCrowd } from '../../load-tests/visitors/crowd.ts';
import { sharedKeys } from './gateway-keys.ts';
import { type GatewayProcess, startGateway } from './gateway-process.ts';
import { type PlatformProcess, startPlatformProcess } from './platform-process.ts';
import { reload } from './reload.ts';

export interface FleetOptions {
  gateways: number;
  /** The `store` section of each gateway as YAML on one line: `{ kind: redis, url: "redis://…" }`. */
  store: string | ((index: number) => string);
  /** Law of the rooms `event-<id>`, as YAML on one line: `{ limits: { sessions: 50, submitReserve: 0 } }`. */
  room: string;
  /** Laws of rooms by name, which go before the template's. */
  rooms?: Readonly<Record<string, string>>;
  /** More of the configuration, at top level. */
  more?: string;
  /**
   * As YAML on one line. Where absent, it only observes: platform, gateways and visitors share the machine, and that it has no CPU
   * left is not to be taken for a platform that suffers.
   */
  protection?: string;
  /** Until a gateway that was asked to end takes no more connections; 0 where absent. */
  drainDelaySeconds?: number;
  /** Folder of keys of each gateway; one for all where absent. */
  keys?: (index: number, shared: string) => string;
  env?: (index: number) => NodeJS.ProcessEnv;
  platform?: PlatformProcess;
  /** Idle time after which the platform forgets a visitor. */
  idleSeconds?: number;
}

export type FleetChange = Partial<Pick<FleetOptions, 'room' | 'more'>>;
export type FleetCrowd = Omit<CrowdOptions, 'base' | 'host'>;

export interface Fleet {
  readonly gateways: readonly GatewayProcess[];
  readonly platform: PlatformProcess;
  /** Path of the shared keys folder. */
  readonly keys: string;
  /** Origin of a random gateway of those that run, as a balancer chooses. */
  origin(): string;
  /** Those that the balancer sends to. */
  live(): readonly GatewayProcess[];
  /** Takes a gateway out of the balancer, or puts it back; kill, stop and restart do so by themselves. */
  balance(gateway: GatewayProcess, isIn: boolean): void;
  /** Visitors of `HOST`, each request to a random gateway. */
  crowd(options: FleetCrowd): Crowd;
  /** The configuration of a gateway, with another law of the rooms, or more at top level, if given. */
  config(index: number, change?: FleetChange): string;
  /** Gives every gateway that runs another configuration, and waits until each has taken it. */
  reload(change: FleetChange): Promise<void>;
  stop(): Promise<void>;
}

/** The host that all visitors name. */
export const HOST = 'register.example.com';

export async function startFleet(options: FleetOptions): Promise<Fleet> {
  const { gateways: count, idleSeconds = 600, env } = options;
  const platform = options.platform ?? (await startPlatformProcess({ idleSeconds }));
  const keys = await sharedKeys();
  const config = (index: number, change: FleetChange = {}) =>
    configOf({ ...options, ...change }, index, platform.url, options.keys?.(index, keys) ?? keys);
  const out = new Set<GatewayProcess>();
  const balance = (gateway: GatewayProcess, isIn: boolean) =>
    void (isIn ? out.delete(gateway) : out.add(gateway));
  const gateways = await Promise.all(
    Array.from({ length: count }, async (_, index) =>
      balanced(await startGateway({ config: config(index), env: env?.(index) ?? {} }), balance),
    ),
  );
  const live = () => gateways.filter((gateway) => !out.has(gateway));
  const origin = () => {
    // With nobody left a balancer asks anybody, and is refused.
    const choice = live().length > 0 ? live() : gateways;
    return choice[Math.floor(Math.random() * choice.length)]!.url;
  };
  return {
    gateways,
    platform,
    keys,
    origin,
    live,
    balance,
    config,
    async reload(change) {
      const reloads = gateways.map((gateway, index) => ({ gateway, text: config(index, change) }));
      for (const { gateway, text } of reloads) await reloadOrWrite(gateway, text, !out.has(gateway));
    },
    crowd: (crowd) => sendCrowd({ ...crowd, base: origin, host: HOST }),
    async stop() {
      await Promise.all(gateways.map((gateway) => gateway.kill()));
      await platform.stop();
    },
  };
}

/** A gateway that is out of the balancer while it does not run. */
function balanced(
  gateway: GatewayProcess,
  balance: (gateway: GatewayProcess, isIn: boolean) => void,
): GatewayProcess {
  const { kill, stop, restart } = gateway;
  return Object.assign(gateway, {
    kill(signal?: NodeJS.Signals) {
      balance(gateway, false);
      return kill(signal);
    },
    stop() {
      balance(gateway, false);
      return stop();
    },
    async restart() {
      balance(gateway, false);
      await restart();
      balance(gateway, true);
    },
  });
}

async function reloadOrWrite(gateway: GatewayProcess, text: string, isRunning: boolean): Promise<void> {
  if (!isRunning) return gateway.writeConfig(text);
  const line = await reload(gateway, text);
  if (line.msg !== 'configuration reloaded') throw new Error(`${line.msg} ${line.error ?? ''}`);
}

function configOf(options: FleetOptions, index: number, platform: string, keys: string): string {
  const store = typeof options.store === 'string' ? options.store : options.store(index);
  const named = Object.entries(options.rooms ?? {}).map(([name, law]) => `  "${name}": ${law}\n`);
  return `
store: ${store}
keys: { path: "${keys}" }
drain: { delaySeconds: ${options.drainDelaySeconds ?? 0} }
log: { samplePerSecond: 1 }
protection: ${options.protection ?? '{ mode: observe }'}
upstreams: { platform: { targets: ["${platform}"] } }
rooms:
${named.join('')}  "event-{eventid}": ${options.room}
  platform: { allowance: { inFlight: 10000 } }
rules: [{ name: event, match: { path: /ereg/*, query: { eventid: "{eventid}" } }, room: "event-{eventid}" }]
default: { room: platform, upstream: platform }
${options.more ?? ''}
`;
}
