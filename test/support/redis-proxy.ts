/** A TCP proxy in front of a Redis that can be made to lie: late, cut, silent, or taking a command and keeping its reply. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { cleanUpLater } from './clean-up.ts';
import { createLane, type Lane } from './proxy-lane.ts';

/** What the proxy does to what passes; may be changed at any time. */
export interface LinkState {
  /**
   * `pass`; `refuse`: no connection, those that stand are closed; `hold`: nothing arrives until it passes again, and then
   * everything does, late; `blackhole`: nothing arrives ever, and nobody is told, connections are taken all the same.
   */
  mode: 'pass' | 'refuse' | 'hold' | 'blackhole';
  toRedisMs: number;
  toClientMs: number;
  /** Probability that a reply is kept back and the connection closed: the command was applied. */
  cutReplies: number;
}

export interface RedisProxy {
  readonly url: string;
  readonly port: number;
  readonly state: Readonly<LinkState>;
  set(change: Partial<LinkState>): void;
  /** Back to a network that does nothing of its own. */
  pass(): void;
  /** Closes both sides of every connection; new ones are taken. */
  cut(): void;
  /** Sends connections to another Redis from now on, as an address that moved; those that stand are closed. */
  leadTo(redisPort: number): void;
  /** Takes commands and keeps back the reply of the next `count` chunks of replies. */
  cutNextReplies(count: number): void;
  connections(): number;
  /** Replies that were kept back so far. */
  cutSoFar(): number;
}

interface Pair {
  destroy(): void;
  /** Something went missing between the two: they can never talk again. */
  isBroken: boolean;
  lanes: readonly Lane[];
}

const UNTOUCHED: LinkState = { mode: 'pass', toRedisMs: 0, toClientMs: 0, cutReplies: 0 };

/** `random` decides which replies are cut. */
export async function startRedisProxy(
  redisPort: number,
  random: () => number = Math.random,
): Promise<RedisProxy> {
  const state = { ...UNTOUCHED };
  const pairs = new Set<Pair>();
  let toPort = redisPort;
  let cutNext = 0;
  let cuts = 0;

  const isCut = () => {
    const cut = cutNext > 0 || (state.cutReplies > 0 && random() < state.cutReplies);
    if (cut) cuts += 1;
    if (cutNext > 0) cutNext -= 1;
    return cut;
  };
  const take = (client: Socket) => {
    client.on('error', () => {});
    if (state.mode === 'refuse') return void client.destroy();
    const redis = connect({ port: toPort, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    pairs.add(join(client, redis, state, isCut, (pair) => pairs.delete(pair)));
  };
  const server = createServer({ allowHalfOpen: true, noDelay: true }, take).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const closeAll = () => {
    for (const pair of [...pairs]) pair.destroy();
  };
  cleanUpLater(() => {
    closeAll();
    server.close();
  });
  const set = (change: Partial<LinkState>) => {
    Object.assign(state, change);
    if (state.mode === 'refuse') closeAll();
    if (state.mode === 'pass') for (const pair of [...pairs]) if (pair.isBroken) pair.destroy();
    for (const pair of pairs) for (const lane of pair.lanes) lane.flush();
  };
  const { port } = server.address() as AddressInfo;
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    state,
    set,
    pass: () => set(UNTOUCHED),
    cut: closeAll,
    leadTo(port) {
      toPort = port;
      closeAll();
    },
    cutNextReplies(count) {
      cutNext = count;
    },
    connections: () => pairs.size,
    cutSoFar: () => cuts,
  };
}

function join(
  client: Socket,
  redis: Socket,
  state: LinkState,
  isCut: () => boolean,
  gone: (pair: Pair) => void,
): Pair {
  const toRedis = createLane(redis, () => (state.mode === 'pass' ? state.toRedisMs : null));
  const toClient = createLane(client, () => (state.mode === 'pass' ? state.toClientMs : null));
  const pair: Pair = {
    isBroken: false,
    lanes: [toRedis, toClient],
    destroy() {
      gone(pair);
      client.destroy();
      redis.destroy();
      for (const lane of pair.lanes) lane.stop();
    },
  };
  const pipe = (from: Socket, lane: Lane, isKept: () => boolean) => {
    const give = (piece: Buffer | null) => {
      if (state.mode === 'blackhole') pair.isBroken = true;
      else if (piece !== null && isKept()) pair.destroy();
      else lane.push(piece);
    };
    from.on('data', give);
    from.on('end', () => give(null));
    // A side that breaks off is told as one that ends: at its time, or never.
    from.on('error', () => give(null));
  };
  pipe(client, toRedis, () => false);
  pipe(redis, toClient, isCut);
  for (const socket of [client, redis])
    socket.on('close', () => {
      if (client.destroyed && redis.destroyed) pair.destroy();
    });
  return pair;
}
