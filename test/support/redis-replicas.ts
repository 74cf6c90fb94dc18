/** A primary and its replica, with a link between them that can be cut, and a promotion. */
import { type RedisProxy, startRedisProxy } from './redis-proxy.ts';
import { type RedisOptions, type RedisServer, startRedis } from './redis-server.ts';
import { untilSo } from './within.ts';

export interface RedisReplicas {
  readonly primary: RedisServer;
  readonly replica: RedisServer;
  /** Between the replica and its primary: refuse it, and writes that are acknowledged go no further. */
  readonly link: RedisProxy;
  /** Resolves when the replica has all that the primary has. */
  inStep(): Promise<void>;
  /** Makes the replica a primary of its own; the old one goes on as one. */
  promote(): Promise<void>;
}

const LINK_MS = 60_000;

export async function startReplicas(options: RedisOptions = {}): Promise<RedisReplicas> {
  const primary = await startRedis({ ...options, args: [...FAST, ...(options.args ?? [])] });
  const link = await startRedisProxy(primary.port);
  const args = ['--replicaof', '127.0.0.1', String(link.port), ...FAST, ...(options.args ?? [])];
  const replica = await startRedis({ ...options, args });
  const inStep = () => untilInStep(primary, replica);
  await inStep();
  return {
    primary,
    replica,
    link,
    inStep,
    promote: async () => void (await replica.cli('replicaof', 'no', 'one')),
  };
}

/** Settings under which a test need not wait for replication. */
export const FAST = ['--repl-diskless-sync-delay', '0', '--repl-ping-replica-period', '1'];

/** Resolves when `replica` is linked to its primary and has read as much as that wrote. */
export function untilInStep(primary: RedisServer, replica: RedisServer): Promise<void> {
  return untilSo(LINK_MS, 'the replica was not in step with its primary', async () => {
    const [written, read] = await Promise.all([replicationOf(primary), replicationOf(replica)]);
    return (
      read.get('master_link_status') === 'up' &&
      read.get('slave_repl_offset') === written.get('master_repl_offset')
    );
  });
}

/** The fields of `INFO replication`. */
export async function replicationOf(redis: RedisServer): Promise<Map<string, string>> {
  const text = await redis.cli('info', 'replication');
  return new Map(text.split(/\r?\n/).map((line) => line.split(':') as [string, string]));
}

/**
 * Cuts a replica off its primary without anything between them: it no longer finds the password. Sentinels and clusters see
 * addresses, and would route around a proxy.
 */
export async function cutReplication(primary: RedisServer, replica: RedisServer): Promise<void> {
  await replica.cli('config', 'set', 'masterauth', 'nobody-knows');
  await primary.cli('client', 'kill', 'type', 'replica');
  await untilSo(
    LINK_MS,
    'the replication link was not cut',
    async () => (await replicationOf(replica)).get('master_link_status') === 'down',
  );
}

/** Lets a server find its primary again. */
export async function mendReplication(replica: RedisServer): Promise<void> {
  await replica.cli('config', 'set', 'masterauth', '');
}
