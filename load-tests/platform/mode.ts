/** How well the platform is: the modes that outages are played with. A change is taken whole or not at all. */

export interface Mode {
  databaseConnections: number;
  queryMs: number;
  /** Multiplies every query's cost. */
  slowFactor: number;
  /** Of whose requests: `limited`, of those for events with a limit of seats alone. */
  slowEvents: 'all' | 'limited';
  /** Path glob (`*` crosses slashes) of the requests that get `answer`; null: all. */
  route: string | null;
  /** What they get in place of the platform's answer; null: the platform's. */
  answer: '503' | 'empty' | 'reset' | 'hang' | null;
  /** Every n-th request that uses the database leaks its connection; 0: none. */
  leakEvery: number;
  /** Every n-th answer begins and never ends, and keeps its HTTP connection until a restart; 0: none. */
  endlessEvery: number;
  /** Build that an integrated platform tells. */
  build: string;
}

export function healthyMode(): Mode {
  return {
    databaseConnections: 20,
    queryMs: 20,
    slowFactor: 1,
    slowEvents: 'all',
    route: null,
    answer: null,
    leakEvery: 0,
    endlessEvery: 0,
    build: '1',
  };
}

/** JSON Schema of a change: any of the fields. */
export const MODE_CHANGE_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: {
    databaseConnections: { type: 'integer', minimum: 1, maximum: 10_000 },
    queryMs: { type: 'number', minimum: 0, maximum: 60_000 },
    slowFactor: { type: 'number', exclusiveMinimum: 0, maximum: 1000 },
    slowEvents: { enum: ['all', 'limited'] },
    route: { type: ['string', 'null'], pattern: '^/', maxLength: 200 },
    answer: { enum: ['503', 'empty', 'reset', 'hang', null] },
    leakEvery: { type: 'integer', minimum: 0 },
    endlessEvery: { type: 'integer', minimum: 0 },
    build: { type: 'string', pattern: '^[!-~]{1,100}$' },
  },
} as const;

/** Whether the mode's `route` covers this path. `/x/*` also covers `/x`. */
export function covers(route: string | null, path: string): boolean {
  if (route === null) return true;
  if (route.endsWith('/*') && path === route.slice(0, -2)) return true;
  return matchesGlob(route.split('*'), path);
}

function matchesGlob(parts: readonly string[], path: string): boolean {
  const first = parts[0]!;
  if (parts.length === 1) return path === first;
  if (!path.startsWith(first)) return false;
  let from = first.length;
  for (const part of parts.slice(1, -1)) {
    const at = path.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  const last = parts.at(-1)!;
  return path.length - last.length >= from && path.endsWith(last);
}
