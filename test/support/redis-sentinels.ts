/** A primary, its replica and three sentinels that notice within a second, all on loopback. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startProgram } from '../../load-tests/child-process.ts';
import { cleanUpLater } from './clean-up.ts';
import { freePort } from './free-port.ts';
import { cutReplication, FAST, mendReplication, untilInStep } from './redis-replicas.ts';
import { type RedisOptions, type RedisServer, redisCli, startRedis } from './redis-server.ts';
import { tempFolder } from './temp-folder.ts';
import { TOOLS, toolPath } from './tools.ts';
import { untilSo } from './within.ts';

export interface RedisSentinels {
  /** `host:port` of each sentinel, as the configuration takes them. */
  readonly sentinels: readonly string[];
  /** What the sentinels call the primary. */
  readonly name: string;
  /** The `store` section for it, as YAML on one line. */
  readonly store: string;
  /** Both servers, whatever they are at the moment. */
  readonly servers: readonly [RedisServer, RedisServer];
  /** Who the sentinels say is the primary now. */
  primary(): Promise<RedisServer>;
  replica(): Promise<RedisServer>;
  /** Acknowledged writes go no further than the primary from now on. */
  cutLink(): Promise<void>;
  /** Asks the sentinels for a failover, or kills the primary so that they must; resolves with the new primary when all know it. */
  failover(how: 'asked' | 'killed'): Promise<RedisServer>;
  /** Starts what does not run and waits until the two are in step again. */
  heal(): Promise<void>;
}

const NAME = 'line';
const WAIT_MS = 60_000;
const DOWN_AFTER_MS = 1_000;
const FAILOVER_MS = 3_000;

export async function startSentinels(
  options: RedisOptions & { sentinels?: number } = {},
): Promise<RedisSentinels> {
  const first = await startRedis({ ...options, args: [...FAST, ...(options.args ?? [])] });
  const args = ['--replicaof', '127.0.0.1', String(first.port), ...FAST, ...(options.args ?? [])];
  const second = await startRedis({ ...options, args });
  await untilInStep(first, second);
  const count = options.sentinels ?? 3;
  const ports = await Promise.all(
    Array.from({ length: count }, () => startSentinel(first.port, Math.floor(count / 2) + 1)),
  );
  const sentinels = ports.map((port) => `127.0.0.1:${port}`);
  const servers = [first, second] as const;
  const told = async (port: number) =>
    Number((await redisCli(port, 'sentinel', 'get-master-addr-by-name', NAME)).split('\n')[1]);
  const serverAt = (port: number) => servers.find((server) => server.port === port) ?? first;
  const primary = async () => serverAt(await told(ports[0]!));
  const replica = async () => ((await primary()) === first ? second : first);
  await untilSo(WAIT_MS, 'the sentinels did not find each other and the replica', async () =>
    (await Promise.all(ports.map((port) => redisCli(port, 'sentinel', 'master', NAME)))).every((text) =>
      isComplete(text, count),
    ),
  );

  return {
    sentinels,
    name: NAME,
    store: `{ kind: redis, sentinels: [${sentinels.map((at) => `"${at}"`).join(', ')}], name: ${NAME} }`,
    servers,
    primary,
    replica,
    cutLink: async () => cutReplication(await primary(), await replica()),
    async failover(how) {
      const [old, next] = [await primary(), await replica()];
      if (how === 'killed') await old.kill();
      else await askFailover(ports[0]!);
      await untilSo(WAIT_MS, 'the sentinels did not fail over', async () =>
        (await Promise.all(ports.map(told))).every((port) => port === next.port),
      );
      await untilSo(WAIT_MS, 'the replica did not become a primary', async () =>
        (await next.cli('role')).startsWith('master'),
      );
      await mendReplication(next);
      return next;
    },
    async heal() {
      for (const server of servers) {
        await runAsReplica(server, await primary(), options);
        await mendReplication(server);
      }
      const [writes, reads] = [await primary(), await replica()];
      await untilInStep(writes, reads);
    },
  };
}

/** At once: the sentinels take their time with a former primary. */
async function runAsReplica(server: RedisServer, primary: RedisServer, options: RedisOptions): Promise<void> {
  const args = ['--replicaof', '127.0.0.1', String(primary.port), ...FAST, ...(options.args ?? [])];
  const isRunning = await server.cli('ping').catch(() => null);
  if (!isRunning) await server.restart({ args });
  else if (server !== primary) await server.cli('replicaof', '127.0.0.1', primary.port);
}

async function startSentinel(primaryPort: number, quorum: number): Promise<number> {
  const [folder, port] = [await tempFolder(), await freePort()];
  const config = join(folder, 'sentinel.conf');
  await writeFile(
    config,
    `port ${port}
bind 127.0.0.1
dir ${folder}
sentinel monitor ${NAME} 127.0.0.1 ${primaryPort} ${quorum}
sentinel down-after-milliseconds ${NAME} ${DOWN_AFTER_MS}
sentinel failover-timeout ${NAME} ${FAILOVER_MS}
sentinel parallel-syncs ${NAME} 1
`,
  );
  const child = startProgram(toolPath(TOOLS.redis), [config, '--sentinel'], {}, folder);
  cleanUpLater(() => child.kill());
  await untilSo(WAIT_MS, `a sentinel did not start:\n${child.output()}`, async () =>
    (await redisCli(port, 'ping')).includes('PONG'),
  );
  return port;
}

/** `INPROG`, or no good replica yet, are not for ever. */
function askFailover(port: number): Promise<void> {
  return untilSo(
    WAIT_MS,
    'the sentinels took no order to fail over',
    async () => (await redisCli(port, 'sentinel', 'failover', NAME)) === 'OK',
    200,
  );
}

function isComplete(text: string, sentinels: number): boolean {
  const words = text.split('\n');
  const field = (name: string) => Number(words[words.indexOf(name) + 1]);
  return field('num-other-sentinels') === sentinels - 1 && field('num-slaves') === 1;
}
