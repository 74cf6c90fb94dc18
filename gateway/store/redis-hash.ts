/** One small hash that all gateways read whole and write by fields; what is asked while Redis cannot be reached rejects at once. */
import type { RedisLink } from './redis-link.ts';

/** KEYS 1 the hash. Returns the store's seconds and microseconds, then the hash as field, value, … of the same moment. */
const READ = `
local time = redis.call('TIME')
return { time[1], time[2], redis.call('HGETALL', KEYS[1]) }
`;

/** KEYS 1 the hash. ARGV 1 field, 2 what it must hold ('' for absent), 3 what it shall hold. Returns 1, or 0 where it held something else. */
const REPLACE = `
local field, before, after = ARGV[1], ARGV[2], ARGV[3]
if (redis.call('HGET', KEYS[1], field) or '') ~= before then return 0 end
redis.call('HSET', KEYS[1], field, after)
return 1
`;

export type RedisHash = ReturnType<typeof createRedisHash>;

export function createRedisHash(link: Pick<RedisLink, 'client' | 'isUp'>, key: string) {
  const client = () => {
    if (!link.isUp()) throw new Error('Redis cannot be reached');
    return link.client;
  };
  return {
    /** All fields, and the store's time in ms. */
    async read(): Promise<{ fields: Record<string, string>; nowMs: number }> {
      const [seconds, micros, flat] = (await client().eval(READ, 1, key)) as [string, string, string[]];
      const fields: Record<string, string> = {};
      for (let at = 0; at < flat.length; at += 2) fields[flat[at] as string] = flat[at + 1] as string;
      return { fields, nowMs: Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000) };
    },
    async set(field: string, value: string): Promise<void> {
      await client().hset(key, field, value);
    },
    async drop(fields: readonly string[]): Promise<void> {
      await client().hdel(key, ...fields);
    },
    /** Writes `after` where the field still is `before` (null: absent); false: somebody was faster. */
    async replace(field: string, before: string | null, after: string): Promise<boolean> {
      return (await client().eval(REPLACE, 1, key, field, before ?? '', after)) === 1;
    },
  };
}

/** Of the signing keys: which are current, and who holds which. */
export const keysHash = (prefix: string): string => `${prefix}:{keys}`;
