/** A link to a real Redis with a counting script, and a memory of what it told the log. */
import type { Cluster, Redis } from 'ioredis';
import type { Settings } from '../../config/settings.ts';
import { createRedisLink, type RedisLink } from '../../gateway/store/redis-link.ts';
import { StoreLost } from '../../gateway/store/store.ts';
import { cleanUpLater } from '../support/clean-up.ts';
import { untilSo } from '../support/within.ts';

type StoreSettings = Settings['store'];

export interface LinkStage {
  link: RedisLink;
  /** What the log was told: `level message`. */
  told: string[];
  /** Adds one to a key and answers how often that was done; a reply that means once is `1`. */
  count(key: string): Promise<string>;
  /** Resolves with the message of a StoreLost; anything else is thrown. */
  lossOf(key: string): Promise<string>;
}

export function linkTo(where: Partial<StoreSettings>): LinkStage {
  const told: string[] = [];
  const link = createRedisLink({
    settings: { kind: 'redis', path: '', prefix: 'hg', commandMs: 500, ...where },
    log: (level, _facts, message) => void told.push(`${level} ${message}`),
    defineScripts,
  });
  cleanUpLater(() => link.stop());
  const count = async (key: string) => Buffer.from(await link.run('hg_count', [key], ['1'])).toString();
  const lossOf = async (key: string) => {
    const outcome = await count(key).catch((error: unknown) => error);
    if (outcome instanceof StoreLost) return outcome.message;
    throw outcome instanceof Error ? outcome : new Error(`nothing was lost: ${outcome}`);
  };
  return { link, told, count, lossOf };
}

export async function startedLink(where: Partial<StoreSettings>): Promise<LinkStage> {
  const stage = linkTo(where);
  await stage.link.start();
  await isUp(stage);
  return stage;
}

export function isUp({ link, told }: LinkStage, ms = 60_000): Promise<void> {
  return untilSo(ms, `the link is not up: ${told.join('; ')}`, () => link.isUp(), 10);
}

/** Resolves with the message that a start is refused with. */
export async function refusal(where: Partial<StoreSettings>): Promise<string> {
  const outcome = await linkTo(where)
    .link.start()
    .catch((error: unknown) => error);
  if (outcome instanceof Error && 'code' in outcome) return `${outcome.code} ${outcome.message}`;
  throw new Error(`the start was not refused: ${outcome}`);
}

function defineScripts(client: Redis | Cluster): void {
  const lua = "return tostring(redis.call('INCRBY', KEYS[1], ARGV[1]))";
  client.defineCommand('hg_count', { numberOfKeys: 1, lua });
}
