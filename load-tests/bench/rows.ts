/** The rows of the table: each path of the gate beside its peer, measured in turns within one run. */
import { cpuPerRequest, type Load, type Measured, sendLoad } from './server.ts';
import type { Bench } from './stage.ts';

export interface Row {
  name: string;
  unit: string;
  value: number;
  baselineName: string;
  baseline: number;
  ratio: number;
  goal: string;
  met: boolean;
}

export interface Plan {
  runs: number;
  /** Requests a measurement. */
  amount: number;
  /** Joins of the memory and size rows. */
  manyJoins: number;
  progress(line: string): void;
}

const NAVIGATION = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
const LINE = '/.headgate/rooms/line';

export async function measureRows(bench: Bench, plan: Plan): Promise<Row[]> {
  const { gate, json, proxy } = bench;
  const route: Load = { url: `${json.url}/json`, amount: plan.amount };
  const status: Load = { url: `${gate.url}${LINE}/status`, amount: plan.amount };
  const join: Load = { url: `${gate.url}/line/`, amount: plan.amount, headers: NAVIGATION };
  const pass = await bench.takePass();
  const forward = (server: Measured, headers = {}): Load => ({
    url: `${server.url}/forward/`,
    amount: plan.amount,
    headers,
  });

  const rows = [
    await beside(
      'status poll',
      { server: gate, load: status },
      { name: 'bare Fastify JSON route', server: json, load: route },
      1.2,
      plan,
    ),
    await beside(
      'join, embedded store (waiting page, signed ticket)',
      { server: gate, load: join },
      { name: 'bare Fastify JSON route', server: json, load: route },
      3,
      plan,
    ),
    await beside(
      'forwarded with a pass, stamped',
      { server: gate, load: forward(gate, { 'headgate-pass': pass }) },
      { name: 'stock @fastify/http-proxy', server: proxy, load: forward(proxy) },
      0.65,
      plan,
    ),
  ];
  return [...rows, ...(await measureSize(bench, plan))];
}

interface Side {
  server: Measured;
  load: Load;
}

/** Both sides in turns, so that what else the machine does meets both alike; medians of the runs. */
async function beside(
  name: string,
  side: Side,
  peer: Side & { name: string },
  goal: number,
  plan: Plan,
): Promise<Row> {
  const ours: number[] = [];
  const theirs: number[] = [];
  await cpuPerRequest(side.server, side.load);
  await cpuPerRequest(peer.server, peer.load);
  for (let run = 1; run <= plan.runs; run++) {
    plan.progress(`${name}: run ${run} of ${plan.runs}`);
    ours.push(await cpuPerRequest(side.server, side.load));
    theirs.push(await cpuPerRequest(peer.server, peer.load));
  }
  return rowOf(name, 'µs CPU a request', median(ours), peer.name, median(theirs), goal);
}

/** The same paths and the memory, with a thousand and with a million waiting. */
async function measureSize(bench: Bench, plan: Plan): Promise<Row[]> {
  const small = await bench.startGate();
  try {
    const ticket = await bench.joinOnce(small);
    await sendLoad({ url: `${small.url}${LINE}/tickets`, method: 'POST', amount: 1_000 });
    const poll: Load = {
      url: `${small.url}${LINE}/ticket`,
      amount: plan.amount,
      headers: { 'headgate-ticket': ticket },
    };
    const join: Load = {
      url: `${small.url}${LINE}/tickets`,
      method: 'POST',
      amount: Math.min(plan.amount, 10_000),
    };
    // Warm: what is compiled only once must not count as growth.
    await cpuPerRequest(small, { ...join, amount: plan.amount });
    const before = { poll: await medianOf(plan, small, poll), join: await medianOf(plan, small, join) };
    const restingBytes = small.residentBytes();
    plan.progress(`${plan.manyJoins.toLocaleString('en')} joins`);
    await sendLoad({ ...join, amount: plan.manyJoins, connections: 200 });
    await bench.settle(small);
    const grown = (small.residentBytes() - restingBytes) / 1e6;
    const after = { poll: await medianOf(plan, small, poll), join: await medianOf(plan, small, join) };
    const many = plan.manyJoins.toLocaleString('en');
    return [
      rowOf(
        `poll with ${many} issued`,
        'µs CPU a request',
        after.poll,
        'with 1,000s issued',
        before.poll,
        1.1,
      ),
      rowOf(
        `join with ${many} issued`,
        'µs CPU a request',
        after.join,
        'with 1,000s issued',
        before.join,
        1.1,
      ),
      {
        name: `gateway memory, ${many} joins later`,
        unit: 'MB more',
        value: round(grown),
        baselineName: 'resident before',
        baseline: round(restingBytes / 1e6),
        ratio: round(grown / (restingBytes / 1e6)),
        goal: '≤ +50 MB',
        met: grown <= 50,
      },
    ];
  } finally {
    await small.stop();
  }
}

async function medianOf(plan: Plan, server: Measured, load: Load): Promise<number> {
  const figures: number[] = [];
  for (let run = 0; run < plan.runs; run++) figures.push(await cpuPerRequest(server, load));
  return median(figures);
}

function rowOf(
  name: string,
  unit: string,
  value: number,
  baselineName: string,
  baseline: number,
  goal: number,
): Row {
  const ratio = value / baseline;
  return {
    name,
    unit,
    value: round(value),
    baselineName,
    baseline: round(baseline),
    ratio: round(ratio),
    goal: `≤ ${goal} ×`,
    met: ratio <= goal,
  };
}

export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] as number;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
