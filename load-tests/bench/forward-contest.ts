/** A forwarded request, by everybody who can: straight to the platform, HAProxy, nginx, stock @fastify/http-proxy, Headgate. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Contender, inTurns, loaded } from './contest.ts';
import type { Keeper } from './keeper.ts';
import { PLAIN_PROXIES, type PlainProxy } from './peers/plain-proxies.ts';
import { type Compared, type Plan, type Row, round, rowOf } from './row.ts';
import type { Cost, Load, Measured } from './server.ts';
import type { Bench } from './stage.ts';

const WORK = 'forward a request';
const STRAIGHT = 'no proxy';
const STOCK = 'stock @fastify/http-proxy';
const OURS = 'Headgate';
const NOTES: Record<string, string> = {
  [STRAIGHT]: 'the upstream itself: what is left for a proxy to lose',
  [STOCK]: 'doing nothing else',
  [OURS]: 'with a pass: judged, counted, audited, stamped',
};

interface Entry {
  title: string;
  note: string;
  /** Null: could not be started. */
  server: Measured | null;
}

export async function measureForward(
  bench: Bench,
  keeper: Keeper,
  plan: Plan,
): Promise<{ rows: Row[]; compared: Compared[] }> {
  const { gate, proxy, upstream } = bench;
  const pass = await bench.takePass();
  const others: Entry[] = [
    { title: STRAIGHT, note: NOTES[STRAIGHT] as string, server: upstream },
    ...(await startPlainProxies(bench, keeper)),
  ];
  const load = (server: Measured, headers = {}): Load => ({
    url: `${server.url}/forward/`,
    amount: plan.amount,
    headers,
  });
  const costs = await inTurns<Cost>(
    WORK,
    [
      ...others.flatMap(({ title, server }): Contender<Cost>[] =>
        server === null ? [] : [loaded(title, server, load(server))],
      ),
      loaded(STOCK, proxy, load(proxy)),
      loaded(OURS, gate, load(gate, { 'headgate-pass': pass })),
    ],
    plan,
  );
  const compared = [...others.map(({ title, note }) => ({ title, note })), noted(STOCK), noted(OURS)];
  return {
    rows: [forwardRow(costs.get(OURS) as Cost, costs.get(STOCK) as Cost)],
    compared: compared.map(({ title, note }) => ({
      work: WORK,
      name: title,
      ...rounded(costs.get(title)),
      note,
    })),
  };
}

const noted = (title: string) => ({ title, note: NOTES[title] as string });

function startPlainProxies({ folder, upstream }: Bench, keeper: Keeper): Promise<Entry[]> {
  return Promise.all(PLAIN_PROXIES.map((proxy) => startPlainProxy(proxy, keeper, folder, upstream.url)));
}

async function startPlainProxy(
  proxy: PlainProxy,
  keeper: Keeper,
  folder: string,
  upstream: string,
): Promise<Entry> {
  const own = join(folder, proxy.name);
  await mkdir(own);
  const server = await proxy.start(own, upstream);
  if (server === null)
    return { title: proxy.title, server, note: `not installed: apt-get install ${proxy.name}` };
  await keeper.keep(Promise.resolve(server));
  return { title: proxy.title, server, note: `${await proxy.version()}, plain proxy, one thread` };
}

function forwardRow(ours: Cost, stock: Cost): Row {
  return rowOf(
    'forwarded with a pass, audit and stamp on',
    'µs CPU a request',
    ours.cpuMicros,
    STOCK,
    stock.cpuMicros,
    0.65,
  );
}

function rounded(cost: Cost | undefined): Partial<Cost> {
  return cost ? { cpuMicros: round(cost.cpuMicros), perSecond: Math.round(cost.perSecond) } : {};
}
