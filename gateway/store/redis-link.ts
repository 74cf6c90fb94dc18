/** The connection to Redis: what it answers was done once, and whatever is unknown or was not done rejects as StoreLost. */
import type { Cluster, Redis } from 'ioredis';
import type { Settings } from '../../config/settings.ts';
import type { StoreLog } from './embedded.ts';
import { countCommands } from './redis-commands.ts';
import { createConnection } from './redis-connection.ts';
import { foreignKey, type Loss, lossOf } from './redis-errors.ts';
import { createTroubles } from './redis-troubles.ts';
import { StoreLost } from './store.ts';

export interface RedisLink {
  /**
   * Connects and checks the server. An unreachable one is no reason not to start (it is tried on and on); one that must
   * not be used rejects HeadgateError HG_STORE_REFUSED with the setting's name. Waits at most 2 s for a first connection.
   */
  start(): Promise<void>;
  stop(): Promise<void>;
  isUp(): boolean;
  /** Commands that were sent, those that open a connection among them. */
  commandsSent(): number;
  /** Runs one script (`hg_join`…). Rejects StoreLost for whatever is unknown or was not done; its message is for people. */
  run(script: string, keys: readonly string[], args: readonly (Uint8Array | string)[]): Promise<Uint8Array>;
  /** For the few plain commands (registry, backup); what they reject with, `lossOf` puts into words. */
  readonly client: Redis | Cluster;
  /** Called on each (re)connection that passed the checks, and when it is lost. */
  onChange(listener: (isUp: boolean) => void): void;
}

export interface RedisLinkParts {
  settings: Settings['store'];
  log: StoreLog;
  /** Defines the scripts' commands on the client, before it connects. */
  defineScripts(client: Redis | Cluster): void;
}

type ScriptCommand = (...words: (string | Buffer)[]) => Promise<unknown>;

/** Scripts that were flushed while they were being sent again, too, are sent once more: they did not run. */
const FLUSHED_AGAIN = 3;

export function createRedisLink({ settings, log, defineScripts }: RedisLinkParts): RedisLink {
  const troubles = createTroubles(log);
  const connection = createConnection(settings, log, troubles);
  const { client } = connection;
  const commandsSent = countCommands(client);
  defineScripts(client);
  const commands = client as unknown as Record<string, ScriptCommand | undefined>;

  async function send(script: string, words: (string | Buffer)[], flushed = 0): Promise<unknown> {
    const command = commands[`${script}Buffer`];
    if (!command) throw new TypeError(`${script} is no script of this client`);
    try {
      return await command.call(client, ...words);
    } catch (error) {
      if (flushed < FLUSHED_AGAIN && textOf(error).startsWith('NOSCRIPT'))
        return send(script, words, flushed + 1);
      throw error;
    }
  }

  async function lost(error: unknown, keys: readonly string[]): Promise<StoreLost> {
    const text = textOf(error);
    const loss = text.startsWith('WRONGTYPE') ? await wrongType(keys) : lossOf(text, settings.commandMs);
    // The connection tells the log of its own end.
    if (!loss.isOfConnection) troubles.happened(loss.kind, loss.message);
    return new StoreLost(loss.message);
  }

  async function wrongType(keys: readonly string[]): Promise<Loss> {
    const types = await Promise.all(keys.map((key) => client.type(key))).catch(() => []);
    return foreignKey(keys, types);
  }

  return {
    client,
    start: connection.start,
    isUp: connection.isUp,
    commandsSent,
    onChange: connection.onChange,
    stop: connection.stop,
    async run(script, keys, args) {
      if (!connection.isUp()) throw new StoreLost(connection.why());
      const reply = await send(script, [...keys, ...args.map(asBuffer)]).catch(async (error) => {
        throw error instanceof TypeError ? error : await lost(error, keys);
      });
      if (!Buffer.isBuffer(reply)) throw new StoreLost(`${script} answered with no bytes`);
      return reply;
    },
  };
}

/** The same bytes: ioredis sends Buffers alone as they are. */
function asBuffer(arg: Uint8Array | string): string | Buffer {
  if (typeof arg === 'string') return arg;
  return Buffer.from(arg.buffer, arg.byteOffset, arg.byteLength);
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
