/** The gateways of one Redis as each other's peers: where their words are kept, and the port by which this one is asked. */
import type { Cluster, Redis } from 'ioredis';
import type { Clock } from '../clock.ts';
import { askLive } from './ask-live.ts';
import type { StoreLog } from './embedded.ts';
import { openPeerPort, type PeerPort } from './peer-port.ts';
import { createPeers, type PeerRegistry, type Peers } from './peers.ts';
import type { RedisLink } from './redis-link.ts';

export interface OpenPeersParts {
  slot: { id: string };
  link: Pick<RedisLink, 'client' | 'isUp' | 'onChange'>;
  /** Of all keys. */
  prefix: string;
  clock: Clock;
  log: StoreLog;
}

const LOOPBACK = '127.0.0.1';

/** Nothing is opened before `start`, and no port before Redis answered once: the port is on the address that Redis is reached from. */
export function openPeers({ slot, link, prefix, clock, log }: OpenPeersParts): Peers {
  const self = { id: slot.id, address: '' };
  const registry = registryIn(link, `${prefix}:{gateways}`);
  const peers = createPeers({ self, registry, ask: askLive, clock, log, random: Math.random });
  let opening: Promise<PeerPort | null> | undefined;
  let isStopped = false;

  async function open(): Promise<PeerPort | null> {
    const host = localAddressOf(link.client) ?? LOOPBACK;
    try {
      const port = await openPeerPort({ host, id: slot.id });
      self.address = port.address;
      if (!isStopped) peers.start();
      return port;
    } catch (error) {
      const facts = { err: error, host };
      log('error', facts, 'other gateways cannot ask this one: where it dies, its share stays held back');
      opening = undefined;
      return null;
    }
  }

  const openOnce = (isUp: boolean) => {
    if (isUp && !isStopped) opening ??= open();
  };

  return {
    ...peers,
    start() {
      link.onChange(openOnce);
      openOnce(link.isUp());
    },
    async stop() {
      isStopped = true;
      const port = await opening;
      await peers.stop();
      await port?.close();
    },
  };
}

function registryIn(link: Pick<RedisLink, 'client'>, key: string): PeerRegistry {
  return {
    write: async (id, text) => void (await link.client.hset(key, id, text)),
    readAll: () => link.client.hgetall(key),
    remove: async (id) => void (await link.client.hdel(key, id)),
  };
}

/** Gateways that reach one Redis reach each other, as a rule, by the addresses that they reach it from. */
function localAddressOf(client: Redis | Cluster): string | null {
  const connections = 'nodes' in client ? client.nodes('all') : [client];
  for (const { stream } of connections) {
    const address = stream?.localAddress;
    if (address) return address.replace(/^::ffff:/, '');
  }
  return null;
}
