/** How the gateway is run: listeners apart, a store that fits the processes, cookies that browsers take. */
import type { Finding, Path } from '../located.ts';
import type { Law } from './law.ts';

const REDIS_KEYS = ['url', 'sentinels', 'name', 'nodes', 'password', 'tls'] as const;
const WILDCARDS = new Set(['0.0.0.0', '::']);

export const listenersApart: Law = function* ({ listen }) {
  const names = ['gateway', 'admin', 'metrics'] as const;
  for (const [index, name] of names.entries())
    for (const earlier of names.slice(0, index)) {
      const [one, other] = [listen[name], listen[earlier]];
      if (one.port === 0 || one.port !== other.port || !overlap(one.host, other.host)) continue;
      const path: Path = ['listen', name, 'port'];
      yield {
        path,
        rule: 'listener-unique',
        text: `${one.port} must not be the port of listen.${earlier}, too`,
        rests: [path, ['listen', earlier, 'port']],
      };
    }
};

function overlap(one: string, other: string): boolean {
  const [a, b] = [one, other].map((host) => (host === 'localhost' ? '127.0.0.1' : host.toLowerCase()));
  return a === b || WILDCARDS.has(a!) || WILDCARDS.has(b!);
}

export const storeKeys: Law = function* ({ store, workers }) {
  const rests = [['store', 'kind']];
  if (store.kind === 'embedded') {
    for (const key of REDIS_KEYS)
      if (store[key] !== undefined)
        yield {
          path: ['store', key],
          rule: 'store-keys',
          text: 'is for kind: redis; the embedded store takes a path alone',
          at: 'key',
          rests,
        };
    if (workers !== 1)
      yield {
        path: ['workers'],
        rule: 'workers-need-redis',
        text: `${workers} must be 1 with the embedded store; several processes need store.kind: redis`,
        rests,
      };
    return;
  }
  yield* redisAddress(store);
};

type Store = Parameters<Law>[0]['store'];

function* redisAddress(store: Store): Iterable<Finding> {
  const given = (['url', 'sentinels', 'nodes'] as const).filter((key) => store[key] !== undefined);
  const rests: Path[] = [
    ['store', 'url'],
    ['store', 'sentinels'],
    ['store', 'nodes'],
    ['store', 'name'],
  ];
  if (given.length !== 1) {
    const found = given.length === 0 ? 'none is given' : `${given.join(' and ')} are given`;
    yield {
      path: ['store'],
      rule: 'redis-address',
      text: `needs one of url, sentinels with name, or nodes; ${found}`,
      rests,
    };
  }
  if (store.sentinels !== undefined && store.name === undefined)
    yield {
      path: ['store', 'sentinels'],
      rule: 'redis-address',
      text: 'need store.name, the master that they watch',
      rests,
    };
  if (store.name !== undefined && store.sentinels === undefined)
    yield { path: ['store', 'name'], rule: 'redis-address', text: 'needs store.sentinels', rests };
}

/** Browsers drop cookies that break these, and every visitor would lose the place. */
export const cookies: Law = function* ({ cookies: { prefix, domain, sameSite, secure } }) {
  if (sameSite === 'None' && secure !== true)
    yield {
      path: ['cookies', 'sameSite'],
      rule: 'cookie-secure',
      text: 'None needs cookies.secure: true; browsers drop it otherwise',
      rests: [['cookies', 'secure']],
    };
  if (/^__(Secure|Host)-/i.test(prefix) && secure !== true)
    yield {
      path: ['cookies', 'prefix'],
      rule: 'cookie-secure',
      text: `${JSON.stringify(prefix)} needs cookies.secure: true`,
    };
  if (/^__Host-/i.test(prefix) && domain !== null)
    yield {
      path: ['cookies', 'domain'],
      rule: 'cookie-domain',
      text: `must be null with the prefix ${JSON.stringify(prefix)}`,
    };
};
