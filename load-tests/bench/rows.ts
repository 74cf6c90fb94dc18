/** The rows of a gate with the embedded store: a poll and a waiting page, beside a bare Fastify JSON route. */
import { request } from 'undici';
import { inTurns, loaded } from './contest.ts';
import { LINE, NAVIGATION, type Plan, type Row, rowOf } from './row.ts';
import type { Cost, Load, Measured } from './server.ts';
import type { Bench } from './stage.ts';

const ROUTE = 'bare Fastify JSON route';

export async function measurePaths({ gate, json }: Bench, plan: Plan): Promise<Row[]> {
  const status: Load = { url: `${gate.url}${LINE}/status`, amount: plan.amount };
  const costs = await inTurns(
    'status poll, join',
    [route(json, plan), loaded('status', gate, status), loaded('join', gate, pageLoad(gate, plan))],
    plan,
  );
  return [
    besideRoute('status poll', costs, 'status', 1.2),
    besideRoute('join, embedded store (waiting page, signed ticket)', costs, 'join', 3),
  ];
}

/** The waiting page of a gate on Redis. */
export async function measurePageOnRedis(gate: Measured, { json }: Bench, plan: Plan): Promise<Row> {
  await checkPage(gate, plan);
  const contenders = [route(json, plan), loaded('join', gate, pageLoad(gate, plan))];
  const costs = await inTurns('join, Redis', contenders, plan);
  return besideRoute('join, Redis (waiting page ≥ 3 KB, signed ticket)', costs, 'join', 3.5);
}

const route = (json: Measured, { amount }: Plan) => loaded(ROUTE, json, { url: `${json.url}/json`, amount });

function pageLoad(gate: Measured, { amount }: Plan): Load {
  return { url: `${gate.url}/line/`, amount, headers: NAVIGATION };
}

function besideRoute(name: string, costs: Map<string, Cost>, side: string, goal: number): Row {
  const [ours, theirs] = [costs.get(side) as Cost, costs.get(ROUTE) as Cost];
  return rowOf(name, 'µs CPU a request', ours.cpuMicros, ROUTE, theirs.cpuMicros, goal);
}

const PAGE_BYTES = 3_072;

/** The goal is for a page that people can read, with a ticket on it. */
async function checkPage(gate: Measured, plan: Plan): Promise<void> {
  // Not `fetch`, which names a mode of its own.
  const { statusCode, headers, body } = await request(pageLoad(gate, plan).url, { headers: NAVIGATION });
  const page = await body.text();
  const hasTicket = String(headers['set-cookie']).includes('_t_line=');
  if (Buffer.byteLength(page) < PAGE_BYTES || !hasTicket)
    throw new Error(`not the waiting page that is to be measured: ${statusCode}, ${page.length} bytes`);
}
