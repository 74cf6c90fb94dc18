/**
 * A pool of database connections that slows a platform down as real ones do: fixed capacity, a first-in-first-out queue, and
 * collapse beyond it.
 *
 * A query costs `queryMs × slowFactor × contention` (what is spared: without the factor), where contention is 1 while fewer than two queries a connection
 * wait, and grows from there to 8 (locks, buffers, switching). A request that waited too long is given up, yet
 * its query stays in the queue and is worked off for nobody. Three regimes follow: below capacity queries take `queryMs`; at
 * capacity they queue; well above it all work done is late work, and next to nothing is answered until the load ends.
 */

export interface DatabaseSettings {
  readonly databaseConnections: number;
  readonly queryMs: number;
  readonly slowFactor: number;
}

export type WorkOutcome =
  | 'done'
  /** Gave up after `patienceMs`; the query goes on. */
  | 'late'
  /** The queue was full. */
  | 'refused';

export interface Work {
  /** Queries in a row. */
  queries: number;
  /** The last query's connection is never given back: only a restart frees it. */
  leaks: boolean;
  /** The factor does not hold for it. */
  isSpared?: boolean;
}

export interface DatabaseStats {
  /** Connections with a query, and leaked ones. */
  inUse: number;
  waiting: number;
  mostWaiting: number;
  leaked: number;
}

export interface Database {
  work(work: Work): Promise<WorkOutcome>;
  stats(): DatabaseStats;
  /** Zeroes the figures; work in hand, and leaked connections, stay. */
  reset(): void;
}

interface Query {
  leaks: boolean;
  isSpared: boolean;
  done: () => void;
}

const FREE_OF_CONTENTION_PER_CONNECTION = 2;
const QUEUE_PER_CONNECTION = 100;
const WORST_CONTENTION = 8;

/** How many times longer a query takes while others wait. */
export function contention(waiting: number, connections: number): number {
  const crowd = waiting - FREE_OF_CONTENTION_PER_CONNECTION * connections;
  return Math.min(WORST_CONTENTION, 1 + Math.max(0, crowd) / (10 * connections));
}

export function createDatabase(settings: DatabaseSettings, patienceMs: number): Database {
  const queue = createQueue<Query>();
  let inUse = 0;
  let leaked = 0;
  let mostWaiting = 0;

  const finish = (query: Query) => {
    if (query.leaks) leaked += 1;
    else inUse -= 1;
    query.done();
    startWaiting();
  };
  const start = (query: Query) => {
    inUse += 1;
    const crowding = contention(queue.size(), settings.databaseConnections);
    const slow = query.isSpared ? 1 : settings.slowFactor;
    setTimeout(finish, settings.queryMs * slow * crowding, query);
  };
  const startWaiting = () => {
    while (inUse < settings.databaseConnections && queue.size() > 0) start(queue.take());
  };
  const ask = (query: Query): boolean => {
    if (queue.size() >= QUEUE_PER_CONNECTION * settings.databaseConnections) return false;
    queue.put(query);
    startWaiting();
    mostWaiting = Math.max(mostWaiting, queue.size());
    return true;
  };

  return {
    work: (work) => new Promise((resolve) => runInTurn(ask, work, patienceMs, resolve)),
    stats: () => ({ inUse, waiting: queue.size(), mostWaiting, leaked }),
    reset() {
      mostWaiting = queue.size();
    },
  };
}

function runInTurn(
  ask: (query: Query) => boolean,
  work: Work,
  patienceMs: number,
  resolve: (outcome: WorkOutcome) => void,
): void {
  let left = work.queries;
  let isOver = false;
  const end = (outcome: WorkOutcome) => {
    isOver = true;
    clearTimeout(patience);
    resolve(outcome);
  };
  const patience = setTimeout(end, patienceMs, 'late' as const);
  const next = () => {
    if (isOver) return;
    if (left === 0) return end('done');
    left -= 1;
    const query = { leaks: work.leaks && left === 0, isSpared: work.isSpared ?? false, done: next };
    if (!ask(query)) end('refused');
  };
  next();
}

/** First in, first out, without moving every item when one is taken. */
function createQueue<T>() {
  let items: T[] = [];
  let head = 0;
  return {
    size: () => items.length - head,
    put: (item: T) => items.push(item),
    take(): T {
      const item = items[head++]!;
      if (head > 1024 && head * 2 > items.length) {
        items = items.slice(head);
        head = 0;
      }
      return item;
    },
  };
}
