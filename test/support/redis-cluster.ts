/** A cluster of three masters, each with a replica, all on loopback: failovers, and slots that move. */
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { cutReplication, FAST, mendReplication, replicationOf } from './redis-replicas.ts';
import { type RedisServer, redisCli, startRedis } from './redis-server.ts';
import { untilSo } from './within.ts';

export interface RedisCluster {
  readonly servers: readonly RedisServer[];
  /** `host:port` of every server. */
  readonly nodes: readonly string[];
  /** The `store` section for it, as YAML on one line. */
  readonly store: string;
  slotOf(room: string): Promise<number>;
  /** The master that has the room's keys now. */
  masterOf(room: string): Promise<RedisServer>;
  /** A replica of this master that runs. */
  replicaOf(master: RedisServer): Promise<RedisServer>;
  masters(): Promise<RedisServer[]>;
  /** The master of each of many rooms, by its name. */
  ownersOf(rooms: readonly string[]): Promise<Map<string, RedisServer>>;
  /** Acknowledged writes of this master go no further from now on. */
  cutLink(master: RedisServer): Promise<void>;
  /** `asked`: a replica takes over with all that its master has. `killed`: the master is killed. Resolves with the new master. */
  failover(master: RedisServer, how: 'asked' | 'killed'): Promise<RedisServer>;
  /** Moves a room's slot, keys and all, to another master, taking so long for it; resolves with the new one. */
  migrate(room: string, overMs?: number): Promise<RedisServer>;
  /** Starts what does not run, and waits until all slots are served and each master has a replica that is linked. */
  heal(): Promise<void>;
}

const MASTERS = 3;
const WAIT_MS = 60_000;
const ASKED_MS = 6_000;
const NODE_TIMEOUT_MS = 2_000;
const PREFIX = 'hg';

interface Node {
  id: string;
  port: number;
  isMaster: boolean;
  masterId: string;
  /** `0-5460`. */
  slots: string[];
}

export async function startCluster(options: { args?: readonly string[] } = {}): Promise<RedisCluster> {
  const servers: RedisServer[] = [];
  // One after the other: the cluster bus needs a second port, which only a running server holds.
  for (let i = 0; i < 2 * MASTERS; i++) servers.push(await startNode(options.args ?? []));
  const nodes = servers.map(({ port }) => `127.0.0.1:${port}`);
  const anyPort = async () => {
    for (const { port } of servers) if (await redisCli(port, 'ping').catch(() => null)) return port;
    throw new Error('no server of the cluster runs');
  };
  const known = async () => nodesOf(await anyPort());
  const serverAt = (port: number) => servers.find((server) => server.port === port)!;
  const nodeOf = async (server: RedisServer) => (await known()).find(({ port }) => port === server.port)!;
  const slotOf = async (room: string) =>
    Number(await redisCli(await anyPort(), 'cluster', 'keyslot', lineKey(room)));
  const masterNodeOf = async (room: string) => {
    const slot = await slotOf(room);
    return (await known()).find((node) => node.isMaster && hasSlot(node, slot))!;
  };
  const masterOf = async (room: string) => serverAt((await masterNodeOf(room)).port);
  const runningReplicaOf = async (master: RedisServer) => {
    const { id } = await nodeOf(master);
    const ports = (await known()).filter(({ masterId }) => masterId === id).map(({ port }) => port);
    for (const port of ports) if (await redisCli(port, 'ping').catch(() => null)) return serverAt(port);
    return null;
  };
  /** Nodes hear of each other's roles a little late on a busy machine. */
  const replicaOf = async (master: RedisServer): Promise<RedisServer> => {
    let replica: RedisServer | null = null;
    await untilSo(WAIT_MS, `no replica of ${master.url} runs`, async () => {
      replica = await runningReplicaOf(master);
      return replica !== null;
    });
    return replica!;
  };
  const masters = async () =>
    (await known())
      .filter(({ isMaster, slots }) => isMaster && slots.length > 0)
      .map(({ port }) => serverAt(port));
  const heal = async () => {
    for (const server of servers) {
      if (!(await server.cli('ping').catch(() => null))) await server.restart();
      await mendReplication(server);
    }
    await untilSo(WAIT_MS, 'the cluster did not heal', () => isWhole(servers), 200);
  };

  await redisCli(servers[0]!.port, '--cluster', 'create', ...nodes, '--cluster-replicas', 1, '--cluster-yes');
  await heal();
  return {
    servers,
    nodes,
    store: `{ kind: redis, nodes: [${nodes.map((node) => `"${node}"`).join(', ')}] }`,
    slotOf,
    masterOf,
    replicaOf,
    masters,
    async ownersOf(rooms) {
      const { client } = serverAt(await anyPort());
      const [owners, slots] = await Promise.all([
        known(),
        Promise.all(rooms.map((room) => client.cluster('KEYSLOT', lineKey(room)))),
      ]);
      const ownerOf = (slot: number) => owners.find((node) => node.isMaster && hasSlot(node, slot))!;
      return new Map(rooms.map((room, index) => [room, serverAt(ownerOf(slots[index]!).port)]));
    },
    cutLink: async (master) => cutReplication(master, await replicaOf(master)),
    async failover(master, how) {
      const replica = await replicaOf(master);
      if (how === 'killed') await master.kill();
      await takeOver(replica, how);
      await untilSo(WAIT_MS, 'the cluster did not serve all slots', async () =>
        (await replica.cli('cluster', 'info')).includes('cluster_state:ok'),
      );
      await mendReplication(replica);
      return replica;
    },
    async migrate(room, overMs = 0) {
      const [slot, from] = [await slotOf(room), await masterOf(room)];
      const to = (await masters()).find((master) => master !== from)!;
      await moveSlot({
        slot,
        from: await nodeOf(from),
        to: await nodeOf(to),
        masters: await masters(),
        overMs,
      });
      return to;
    },
    heal,
  };
}

function lineKey(room: string): string {
  return `${PREFIX}:{${room}}:line`;
}

async function startNode(args: readonly string[]): Promise<RedisServer> {
  const port = await freePort();
  const busPort = await freePort();
  const own = [
    ...['--cluster-enabled', 'yes', '--cluster-config-file', 'nodes.conf', '--cluster-port', String(busPort)],
    // However old a replica's data are, it takes over: the test wants the loss.
    ...['--cluster-node-timeout', String(NODE_TIMEOUT_MS), '--cluster-replica-validity-factor', '0'],
    ...['--cluster-allow-replica-migration', 'no'],
    // As operators are told to set it: a master that is down takes no others along.
    ...['--cluster-require-full-coverage', 'no'],
  ];
  return startRedis({ port, args: [...own, ...FAST, ...args] });
}

async function nodesOf(port: number): Promise<Node[]> {
  const lines = (await redisCli(port, 'cluster', 'nodes')).split('\n');
  return lines.map((line) => {
    const [id = '', address = '', flags = '', masterId = '', , , , , ...slots] = line.trim().split(' ');
    return {
      id,
      port: Number(address.split('@')[0]!.split(':')[1]),
      isMaster: flags.includes('master') && !flags.includes('fail'),
      masterId,
      slots,
    };
  });
}

function hasSlot({ slots }: Node, slot: number): boolean {
  return slots.some((range) => {
    const [from, to = from] = range.split('-').map(Number);
    return slot >= from! && slot <= to!;
  });
}

/** A failover that was asked for is given up by Redis after 5 s on a busy machine: it is asked again. */
async function takeOver(replica: RedisServer, how: 'asked' | 'killed'): Promise<void> {
  let askedMs = Number.NEGATIVE_INFINITY;
  await untilSo(WAIT_MS, 'no replica took over', async () => {
    if ((await replica.cli('role')).startsWith('master')) return true;
    if (how === 'asked' && performance.now() - askedMs > ASKED_MS) {
      await replica.cli('cluster', 'failover');
      askedMs = performance.now();
    }
    return false;
  });
}

interface Move {
  slot: number;
  from: Node;
  to: Node;
  masters: readonly RedisServer[];
  overMs: number;
}

/** By hand, as the cluster's own tool does it, key by key: a room's keys are on both sides meanwhile. */
async function moveSlot({ slot, from, to, masters, overMs }: Move): Promise<void> {
  await redisCli(to.port, 'cluster', 'setslot', slot, 'importing', from.id);
  await redisCli(from.port, 'cluster', 'setslot', slot, 'migrating', to.id);
  const count = Number(await redisCli(from.port, 'cluster', 'countkeysinslot', slot));
  for (;;) {
    const keys = (await redisCli(from.port, 'cluster', 'getkeysinslot', slot, 1)).split('\n').filter(Boolean);
    if (keys.length === 0) break;
    await redisCli(from.port, 'migrate', '127.0.0.1', to.port, '', 0, 5_000, 'keys', ...keys);
    await sleep(overMs / count);
  }
  // The new owner first, so that the slot is never nobody's.
  await redisCli(to.port, 'cluster', 'setslot', slot, 'node', to.id);
  await redisCli(from.port, 'cluster', 'setslot', slot, 'node', to.id);
  for (const { port } of masters) await redisCli(port, 'cluster', 'setslot', slot, 'node', to.id);
}

async function isWhole(servers: readonly RedisServer[]): Promise<boolean> {
  const states = await Promise.all(
    servers.map(async (server) => {
      const [info, nodes, replication] = await Promise.all([
        server.cli('cluster', 'info'),
        nodesOf(server.port),
        replicationOf(server),
      ]);
      const isLinked =
        replication.get('role') === 'master'
          ? Number(replication.get('connected_slaves')) > 0
          : replication.get('master_link_status') === 'up';
      return isLinked && nodes.length === servers.length && info.includes('cluster_state:ok');
    }),
  );
  return states.every(Boolean);
}
