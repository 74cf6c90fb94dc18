/** What a Redis must be before a line is trusted to it; a refusal names the setting and what to do. */
import type { RedisForm } from './redis-client.ts';
import type { ServerInfo } from './redis-connector.ts';

const LEAST_VERSION = 7;

/** Why a server must not be used; null: it may. Pure: judges what INFO says. */
export function refusalBy(info: ServerInfo, server: string, form: RedisForm): string | null {
  for (const check of [readable, kind, version, role, eviction]) {
    const refusal = check(info, server, form);
    if (refusal !== null) return refusal;
  }
  return null;
}

type Check = (info: ServerInfo, server: string, form: RedisForm) => string | null;

const readable: Check = ({ redis_version }, server) =>
  redis_version === undefined
    ? `store.username: the user may not run INFO on ${server}, without which the server cannot be checked; allow it (ACL SETUSER … +info)`
    : null;

const kind: Check = ({ redis_mode, cluster_enabled }, server, form) => {
  if (redis_mode === 'sentinel')
    return `store.${form}: ${server} is a Sentinel; name it in store.sentinels, with store.name`;
  if (cluster_enabled === '1' && form !== 'nodes')
    return `store.${form}: ${server} is a node of a cluster; name it in store.nodes instead`;
  return null;
};

const version: Check = ({ redis_version = '' }, server, form) =>
  Number.parseInt(redis_version, 10) < LEAST_VERSION
    ? `store.${form}: ${server} is Redis ${redis_version}; ${LEAST_VERSION}.0 or newer is needed`
    : null;

/** Sentinels are asked again by themselves, and replicas of a cluster redirect. */
const role: Check = ({ role, master_host, master_port }, server, form) =>
  form === 'url' && role === 'slave'
    ? `store.url: ${server} is a read-only replica of ${master_host}:${master_port}; name the master, or use store.sentinels with store.name`
    : null;

const eviction: Check = ({ maxmemory_policy = 'noeviction' }, server) =>
  maxmemory_policy === 'noeviction'
    ? null
    : `maxmemory-policy: ${server} has ${maxmemory_policy} and would throw rooms away when memory runs short; set it to noeviction`;

/** What is allowed and will hurt. */
export function cautionBy({ maxmemory = '0', used_memory = '0' }: ServerInfo, server: string): string | null {
  if (maxmemory === '0' || Number(used_memory) < Number(maxmemory)) return null;
  return `maxmemory: ${server} has reached it (${used_memory} of ${maxmemory} bytes) and refuses to write; raise maxmemory or remove other keys`;
}

/** Settings whose CONFIG GET the cautions below want. */
export const CAUTIONED = ['appendonly', 'save', 'cluster-require-full-coverage'] as const;

/** `config`: what CONFIG GET answers, name and value in turn. */
export function settingCautions(config: readonly string[], server: string, form: RedisForm): string[] {
  const values = new Map<string, string>();
  for (let index = 0; index < config.length; index += 2) values.set(config[index]!, config[index + 1]!);
  const cautions = [persistence(values, server), form === 'nodes' ? coverage(values, server) : null];
  return cautions.filter((caution) => caution !== null);
}

type Values = ReadonlyMap<string, string>;

function persistence(values: Values, server: string): string | null {
  if (values.get('appendonly') !== 'no' || values.get('save') !== '') return null;
  return `appendonly: ${server} writes nothing to disk (no appendonly, no save); after its restart the lines come back from gateways and tickets alone. Set appendonly yes`;
}

function coverage(values: Values, server: string): string | null {
  if (values.get('cluster-require-full-coverage') !== 'yes') return null;
  return `cluster-require-full-coverage: ${server} has yes; until a replica takes over from a master that is down, every room of the cluster is lost, not that master’s alone. Set it to no`;
}
