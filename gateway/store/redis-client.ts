/** Makes the ioredis client that the settings ask for: one that sends each command once, and gives up in time. */
import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type { Settings } from '../../config/settings.ts';
import { type ConnectionWatch, connectors } from './redis-connector.ts';

export type StoreSettings = Settings['store'];
/** The setting that says where Redis is. */
export type RedisForm = 'url' | 'sentinels' | 'nodes';

export interface Address {
  host: string;
  port: number;
}

/** A connection, TLS included, stands within this or is given up. */
const CONNECT_MS = 1_500;
/** What is closed need not say goodbye for longer: behind a dead network it cannot. */
const DISCONNECT_MS = 100;
const KEEP_ALIVE_MS = 5_000;
const LEAST_RETRY_MS = 50;
const MOST_RETRY_MS = 500;
/** Sentinels that were lost are heard again after this; they tell of failovers. */
const SENTINEL_AGAIN_MS = 1_000;
/** A command that was redirected or put off, and never executed, is tried so often, this far apart. */
const REDIRECTIONS = 6;
const PUT_OFF_MS = 50;
const SLOTS_EVERY_MS = 5_000;

export function createClient(store: StoreSettings, watch: ConnectionWatch): Redis | Cluster {
  const common = commonOptions(store);
  const connector = connectors(watch);
  if (store.nodes)
    return new Cluster(store.nodes.map(addressOf), {
      ...CLUSTER,
      redisOptions: { ...common, Connector: connector.direct },
    });
  if (store.sentinels)
    return new Redis({ ...common, ...sentinelOptions(store, common), Connector: connector.sentinel });
  return new Redis({ ...common, ...urlOptions(store.url), Connector: connector.direct });
}

export function formOf(store: StoreSettings): RedisForm {
  if (store.nodes) return 'nodes';
  return store.sentinels ? 'sentinels' : 'url';
}

/** Where the first connection goes to, as people write it, without its password. */
export function placeOf(store: StoreSettings): string {
  if (store.nodes) return `the cluster of ${store.nodes.join(', ')}`;
  if (store.sentinels) return `the master ${store.name} of the sentinels ${store.sentinels.join(', ')}`;
  const { host, port } = urlOptions(store.url);
  return `${host}:${port}`;
}

/** A full jitter on half of it: gateways that were cut off together do not come back together. */
export function retryDelayMs(times: number): number {
  const delayMs = Math.min(MOST_RETRY_MS, LEAST_RETRY_MS * 2 ** Math.min(10, times - 1));
  return delayMs / 2 + (Math.random() * delayMs) / 2;
}

/** Nothing is queued, nothing is resent: a cut reply means unknown, and only the caller knows what may be repeated. */
function commonOptions(store: StoreSettings): RedisOptions {
  const tls = tlsOptions(store);
  return {
    lazyConnect: true,
    protocol: 2,
    connectionName: 'headgate',
    disableClientInfo: true,
    ...(store.password ? { username: store.username ?? 'default', password: store.password } : {}),
    ...(tls ? { tls } : {}),
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    enableAutoPipelining: false,
    commandTimeout: store.commandMs,
    // A connection that owes answers and says nothing for so long is dead, whatever TCP believes.
    socketTimeout: 2 * store.commandMs,
    connectTimeout: CONNECT_MS,
    disconnectTimeout: DISCONNECT_MS,
    keepAlive: KEEP_ALIVE_MS,
    maxLoadingRetryTime: 200,
    retryStrategy: retryDelayMs,
    // `true` connects anew and rejects the command; 2 would resend it.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  };
}

function sentinelOptions(store: StoreSettings, { tls }: RedisOptions): RedisOptions {
  return {
    sentinels: store.sentinels!.map(addressOf),
    name: store.name!,
    role: 'master',
    failoverDetector: true,
    sentinelRetryStrategy: retryDelayMs,
    sentinelReconnectStrategy: () => SENTINEL_AGAIN_MS,
    sentinelCommandTimeout: CONNECT_MS,
    ...(store.sentinelPassword ? { sentinelPassword: store.sentinelPassword } : {}),
    ...(tls ? { enableTLSForSentinelMode: true, sentinelTLS: tls } : {}),
  };
}

const CLUSTER = {
  lazyConnect: true,
  enableOfflineQueue: false,
  enableAutoPipelining: false,
  scaleReads: 'master',
  clusterRetryStrategy: retryDelayMs,
  // Above 0 it resends commands whose reply was cut.
  retryDelayOnFailover: 0,
  // These were not executed: they may be sent again, and a node that is cut off from its cluster is left that way.
  retryDelayOnClusterDown: PUT_OFF_MS,
  retryDelayOnTryAgain: PUT_OFF_MS,
  maxRedirections: REDIRECTIONS,
  slotsRefreshTimeout: CONNECT_MS,
  slotsRefreshInterval: SLOTS_EVERY_MS,
} as const;

function urlOptions(text = ''): RedisOptions & Address {
  const { host, username, password, pathname } = new URL(text);
  const who = decodeURIComponent(username) || 'default';
  return {
    ...addressOf(host),
    ...(password ? { username: who, password: decodeURIComponent(password) } : {}),
    db: Number(pathname.slice(1)),
  };
}

/** `host:port`, `[::1]:6379`, with a scheme or without. */
export function addressOf(node: string): Address {
  const bare = node.replace(/^rediss?:\/\//, '');
  const colon = /:\d+$/.test(bare) ? bare.lastIndexOf(':') : bare.length;
  const host = bare.slice(0, colon).replace(/^\[|\]$/g, '');
  return { host, port: Number(bare.slice(colon + 1) || 6379) };
}

export function usesTls({ tls, url = '', sentinels = [], nodes = [] }: StoreSettings): boolean {
  return tls !== undefined || [url, ...sentinels, ...nodes].some((place) => place.startsWith('rediss:'));
}

function tlsOptions(store: StoreSettings): ConnectionOptions | null {
  if (!usesTls(store)) return null;
  const { ca, verify = true } = store.tls ?? {};
  return { rejectUnauthorized: verify, ...(ca === undefined ? {} : { ca: readFileSync(ca) }) };
}
