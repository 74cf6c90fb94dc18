/** Keeps a checked connection to Redis: opened again for ever, up only while every check holds, refused at a start that could never go well. */
import { type Cluster, Redis } from 'ioredis';
import type { Settings } from '../../config/settings.ts';
import { HeadgateError } from '../errors.ts';
import type { StoreLog } from './embedded.ts';
import { CAUTIONED, cautionBy, refusalBy, settingCautions } from './redis-checks.ts';
import { createClient, formOf, placeOf, retryDelayMs, usesTls } from './redis-client.ts';
import type { ConnectionWatch } from './redis-connector.ts';
import { otherTongue, refusalOf } from './redis-errors.ts';
import { speaksPlain, speaksTls } from './redis-probe.ts';
import type { Troubles } from './redis-troubles.ts';

export interface RedisConnection {
  readonly client: Redis | Cluster;
  start(): Promise<void>;
  stop(): Promise<void>;
  isUp(): boolean;
  /** Why it is not up, for people. */
  why(): string;
  onChange(listener: (isUp: boolean) => void): void;
}

const FIRST_MS = 2_000;
const STOP_MS = 500;
const PROBE_EVERY_MS = 5_000;
/** What ioredis adds to an error that was told before. */
const SAYS_NOTHING = /^(Connection is closed|None of startup nodes|Redis is already connecting)/;

export function createConnection(
  store: Settings['store'],
  log: StoreLog,
  troubles: Troubles,
): RedisConnection {
  const form = formOf(store);
  const place = placeOf(store);
  const listeners: ((isUp: boolean) => void)[] = [];
  const warned = new Set<string>();
  const first = Promise.withResolvers<void>();
  first.promise.catch(() => {});
  let phase: 'starting' | 'running' | 'stopping' = 'starting';
  let isUp = false;
  let why = `Redis (${place}) is not connected yet`;
  let sentinelSaid: Error | undefined;
  let probedMs = Number.NEGATIVE_INFINITY;

  const watch: ConnectionWatch = {
    admits(server, info) {
      const refusal = refusalBy(info, server, form);
      const caution = cautionBy(info, server);
      if (refusal) refused(refusal);
      else if (caution) troubles.happened('OOM', caution);
      return refusal === null;
    },
    failed,
    stayedSilent: (server, host, port) => void probe(server, host, port),
  };
  const client = createClient(store, watch);
  listen();

  function listen(): void {
    client.on('ready', () => void ready());
    for (const event of ['close', 'end', 'reconnecting']) client.on(event, down);
    client.on('end', connectAgain);
    client.on('error', (error: Error) => failed(place, errorBehind(error)));
    client.on('node error', (error: Error, server: string) => failed(server, error));
    client.on('sentinelError', (error: Error) => {
      sentinelSaid = error;
    });
  }

  /** All sentinels unreachable: what one of them said is worth more. */
  function errorBehind(error: Error): Error {
    if (error.message.startsWith('All sentinels')) return sentinelSaid ?? error;
    const { lastNodeError } = error as Error & { lastNodeError?: Error };
    return lastNodeError ?? error;
  }

  async function ready(): Promise<void> {
    if (!(client instanceof Redis)) await connectMasters(client);
    if (client.status !== 'ready' || phase === 'stopping' || isUp) return;
    isUp = true;
    for (const kind of ['connection', 'refused']) troubles.ended(kind);
    first.resolve();
    for (const listener of listeners) listener(true);
    await warnOfSettings();
  }

  function down(): void {
    if (!isUp) return;
    isUp = false;
    why = `the connection to Redis (${place}) was cut`;
    if (phase === 'stopping') return;
    troubles.began('connection', why);
    for (const listener of listeners) listener(false);
  }

  /** ioredis gives up for ever when a failover is announced just while it asks the sentinels. */
  function connectAgain(): void {
    if (phase !== 'stopping') setTimeout(connect, retryDelayMs(4)).unref();
  }

  function connect(): void {
    if (phase !== 'stopping') client.connect().catch((error: Error) => failed(place, errorBehind(error)));
  }

  function failed(server: string, error: Error): void {
    const refusal = refusalOf(error, server, form);
    if (refusal) refused(refusal);
    else if (!SAYS_NOTHING.test(error.message)) unreachable(server, error);
  }

  function unreachable(server: string, error: Error): void {
    const { code = '' } = error as NodeJS.ErrnoException;
    const silent = /^(Command timed out|Socket timeout)/.test(error.message)
      ? 'it takes connections and does not answer'
      : null;
    const message = `Redis (${server}) cannot be reached: ${silent ?? (error.message || code)}`;
    if (isUp) troubles.happened(`node ${server}`, message);
    else if (phase !== 'stopping') notUp('connection', message);
  }

  function refused(message: string): void {
    first.reject(new HeadgateError('HG_STORE_REFUSED', message));
    if (isUp) troubles.happened('refused', message);
    else if (phase !== 'stopping') notUp('refused', message);
  }

  function notUp(kind: 'connection' | 'refused', message: string): void {
    why = message;
    if (phase === 'running') troubles.began(kind, message);
  }

  async function probe(server: string, host: string, port: number): Promise<void> {
    if (phase === 'stopping' || isUp || performance.now() - probedMs < PROBE_EVERY_MS) return;
    probedMs = performance.now();
    const isTls = usesTls(store);
    if (await (isTls ? speaksPlain : speaksTls)(host, port)) refused(otherTongue(server, form, isTls));
  }

  /** Once a server: lines that survive no restart of it, and the like, are worth a word, no more. */
  async function warnOfSettings(): Promise<void> {
    for (const node of client instanceof Redis ? [client] : client.nodes('master')) {
      const server = client instanceof Redis ? place : `${node.options.host}:${node.options.port}`;
      const config = await node.config('GET', ...CAUTIONED).catch(() => []);
      for (const caution of settingCautions(config as string[], server, form)) {
        if (!warned.has(caution)) log('warn', { server }, caution);
        warned.add(caution);
      }
    }
  }

  return {
    client,
    async start() {
      const timer = setTimeout(first.resolve, FIRST_MS);
      connect();
      try {
        await first.promise;
      } catch (refusal) {
        await stop();
        throw refusal;
      } finally {
        clearTimeout(timer);
      }
      phase = 'running';
      if (!isUp) troubles.began('connection', why);
    },
    stop,
    isUp: () => isUp,
    why: () => why,
    onChange: (listener) => void listeners.push(listener),
  };

  async function stop(): Promise<void> {
    phase = 'stopping';
    troubles.stop();
    const { promise, resolve } = Promise.withResolvers<void>();
    client.once('end', () => resolve());
    const isClosed = ['end', 'wait', 'reconnecting'].includes(client.status);
    client.disconnect();
    isUp = false;
    if (isClosed) return;
    const timer = setTimeout(resolve, STOP_MS);
    await promise;
    clearTimeout(timer);
  }
}

/** Commands meet connections that stand: the first ones to a node that is only being connected to would be refused. */
async function connectMasters(client: Cluster): Promise<void> {
  const waiting = client.nodes('master').filter(({ status }) => status === 'wait');
  await Promise.allSettled(waiting.map((node) => node.connect()));
}
