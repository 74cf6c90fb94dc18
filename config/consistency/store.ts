/** A store that fits the processes, and a Redis that can be found: by one address, of one kind, written in full. */
import type { Finding, Path } from '../located.ts';
import type { Law } from './law.ts';

const REDIS_KEYS = [
  'url',
  'sentinels',
  'name',
  'nodes',
  'username',
  'password',
  'sentinelPassword',
  'tls',
] as const;
const PARTS_OF_ADDRESS = ['url', 'sentinels', 'nodes', 'name'] as const;
const MOST_PORT = 65_535;

export const storeKeys: Law = function* ({ store, workers }) {
  const rests = [['store', 'kind']];
  if (store.kind === 'redis') return;
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
};

type Store = Parameters<Law>[0]['store'];

export const redisStore: Law = function* ({ store }) {
  if (store.kind !== 'redis') return;
  yield* oneAddress(store);
  yield* ofSentinels(store);
  yield* readableUrl(store.url);
  for (const key of ['sentinels', 'nodes'] as const)
    for (const [index, node] of (store[key] ?? []).entries()) yield* portOf(node, ['store', key, index]);
};

function* oneAddress(store: Store): Iterable<Finding> {
  const given = (['url', 'sentinels', 'nodes'] as const).filter((key) => store[key] !== undefined);
  if (given.length === 1) return;
  const found = given.length === 0 ? 'none is given' : `${given.join(' and ')} are given`;
  yield {
    path: ['store'],
    rule: 'redis-address',
    text: `needs one of url, sentinels with name, or nodes; ${found}`,
    rests: PARTS_OF_ADDRESS.map((key) => ['store', key]),
  };
}

function* ofSentinels({ sentinels, name, sentinelPassword }: Store): Iterable<Finding> {
  const rests: Path[] = PARTS_OF_ADDRESS.map((key) => ['store', key]);
  const rule = 'redis-address';
  if (sentinels !== undefined && name === undefined)
    yield {
      path: ['store', 'sentinels'],
      rule,
      text: 'need store.name, the master that they watch',
      rests,
    };
  if (sentinels !== undefined) return;
  if (name !== undefined) yield { path: ['store', 'name'], rule, text: 'needs store.sentinels', rests };
  if (sentinelPassword !== undefined)
    yield { path: ['store', 'sentinelPassword'], rule, text: 'needs store.sentinels', rests };
}

/** The value is never told: it may hold a password. */
function* readableUrl(text: string | undefined): Iterable<Finding> {
  if (text === undefined) return;
  const url = URL.canParse(text) ? new URL(text) : null;
  const path: Path = ['store', 'url'];
  const rule = 'redis-url';
  if (url === null || url.hostname === '')
    yield {
      path,
      rule,
      text: 'must be redis://host:port; a password with / : @ # or ? in it must be percent-encoded',
    };
  else if (!/^\/?\d{0,4}$/.test(url.pathname))
    yield { path, rule, text: `must end at the port or a database number, not ${url.pathname}` };
  else if (url.search !== '' || url.hash !== '')
    yield { path, rule, text: 'must have no ? and no #: other settings are keys of store' };
}

function* portOf(node: string, path: Path): Iterable<Finding> {
  const port = Number(/\d+$/.exec(node)?.[0]);
  if (port >= 1 && port <= MOST_PORT) return;
  yield { path, rule: 'redis-port', text: `${JSON.stringify(node)} must have a port from 1 to ${MOST_PORT}` };
}
