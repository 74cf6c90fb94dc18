/** Every route asked by everybody: what the routes' own declarations say must be what is answered. */
import type { Route } from '../../../admin/words.ts';
import { operationsOf, sampleOf } from './open-api.ts';

/** Nobody, a token that is none, and one of each role; organisers of the room that is meant, and of another. */
export const ASKERS = [
  'nobody',
  'bad token',
  'observer',
  'viewer',
  'organiser',
  'other organiser',
  'operator',
  'admin',
] as const;
export type Asker = (typeof ASKERS)[number];

/** What the door says: past it a request may still be refused for what it asks (400, 404, 409, 412, 428, …). */
export type Verdict = 'enters' | 'unauthenticated' | 'forbidden';
export type Row = Record<Asker, Verdict>;

/** The room of `organiser`, which stands for every parameter named so. */
export const OWN_ROOM = 'room-1';
export const OTHER_ROOM = 'room-2';

const RANK = { viewer: 0, organiser: 1, operator: 2, admin: 3 };

/** By `GET /v1/…`: computed from the declarations alone, without the code that judges them. */
export function declaredTable(routes: readonly Route[]): Record<string, Row> {
  return Object.fromEntries(routes.map((route) => [`${route.method} ${route.path}`, declaredRow(route)]));
}

function declaredRow(route: Route): Row {
  const by = (role: keyof typeof RANK): Verdict => (RANK[role] >= RANK[route.role] ? 'enters' : 'forbidden');
  const isForRooms = route.roomOf !== undefined || route.filtersRooms === true;
  const own = isForRooms ? by('organiser') : 'forbidden';
  // Lists show them what is theirs; a room that is named must be theirs.
  const other = isForRooms && meansNoRoom(route) ? own : 'forbidden';
  return {
    nobody: 'unauthenticated',
    'bad token': 'unauthenticated',
    observer: route.forObservers === true ? 'enters' : 'forbidden',
    viewer: by('viewer'),
    organiser: own,
    'other organiser': other,
    operator: by('operator'),
    admin: by('admin'),
  };
}

/** By the declaration's own words on a request for the own room. */
function meansNoRoom(route: Route): boolean {
  return route.roomOf === undefined;
}

export interface TableParts {
  url: string;
  routes: readonly Route[];
  /** Null: no token at all. */
  tokens: Record<Asker, string | null>;
  /** What a route is asked with where its schema's sample does not do, by `POST /v1/…`: a room in its query or body must be `OWN_ROOM`. */
  requests?: Record<string, { path?: string; body?: unknown }>;
}

/** Asks each route as each asker. Answers that go on for as long as somebody listens are left after their head. */
export async function askedTable({
  url,
  routes,
  tokens,
  requests = {},
}: TableParts): Promise<Record<string, Row>> {
  const operations = operationsOf(await (await fetch(`${url}/openapi.json`)).json());
  const table: Record<string, Row> = {};
  for (const route of routes) {
    const name = `${route.method} ${route.path}`;
    const pattern = route.path.replaceAll(/:(\w+)/g, '{$1}');
    const operation = operations.find(({ method, path }) => method === route.method && path === pattern);
    const body = requests[name]?.body ?? (operation?.body ? sampleOf(operation.body) : undefined);
    const path = requests[name]?.path ?? pattern.replaceAll(/\{\w+\}/g, OWN_ROOM);
    const row = await Promise.all(ASKERS.map((asker) => ask(`${url}${path}`, route, tokens[asker], body)));
    table[name] = Object.fromEntries(ASKERS.map((asker, index) => [asker, row[index]])) as Row;
  }
  return table;
}

async function ask(
  url: string,
  route: Route,
  token: string | null,
  body: unknown,
): Promise<Verdict | string> {
  const leave = new AbortController();
  const answer = await fetch(url, {
    method: route.method,
    signal: leave.signal,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  leave.abort();
  // A token that is none is told so, and after ten times to wait: it does not enter either way.
  if (answer.status === 401 || answer.status === 429) return 'unauthenticated';
  if (answer.status === 403) return 'forbidden';
  // No gateway is there to take a command: who asked was let in.
  const isIn = answer.status < 500 || answer.status === 503;
  return isIn ? 'enters' : `answered ${answer.status}`;
}

/** A table for people to read and to compare: a line a route, marks in the askers' order. */
export function written(table: Record<string, Row>): string {
  const mark = { enters: 'yes', unauthenticated: '401', forbidden: '403' } as Record<string, string>;
  const lines = Object.entries(table).map(([name, row]) => [
    name,
    ...ASKERS.map((asker) => mark[row[asker]] ?? row[asker]),
  ]);
  const rows = [['route', ...ASKERS], ...lines.sort(([a], [b]) => ((a as string) < (b as string) ? -1 : 1))];
  return `${rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`;
}
