/** What must not grow with the line: the cost of a poll and of a join, and the gateway's memory. */
import { setTimeout as sleep } from 'node:timers/promises';
import { inTurns, loaded } from './contest.ts';
import { type Plan, type Row, round, rowOf } from './row.ts';
import { type Cost, type Load, type Measured, sendLoad } from './server.ts';

/** One gateway with two lines: a long one, and one of thousands beside it. */
const LONG = 'line';
const SHORT = 'short';
const CROWD = 200;
const WARMING = 100_000;
/** For the collection of garbage and the snapshot. */
const SETTLE_MS = 3_000;

/** `around` is called with the many joins, to look at something before and after them. */
export async function measureSize(
  gate: Measured,
  plan: Plan,
  store: string,
  around: (joinMany: () => Promise<void>) => Promise<void> = (joinMany) => joinMany(),
): Promise<Row[]> {
  const join = (room: string): Load => ({
    url: `${gate.url}/.headgate/rooms/${room}/tickets`,
    method: 'POST',
    amount: Math.min(plan.amount, 10_000),
  });
  const tickets: Record<string, string> = {
    [LONG]: await ticketOf(gate, LONG),
    [SHORT]: await ticketOf(gate, SHORT),
  };
  const poll = (room: string): Load => ({
    url: `${gate.url}/.headgate/rooms/${room}/ticket`,
    amount: Math.min(plan.amount, 10_000),
    headers: { 'headgate-ticket': tickets[room] as string },
  });
  // Warm, by as many connections: what is compiled or kept only once must not count as growth.
  const warming = { amount: Math.min(WARMING, plan.manyJoins), connections: CROWD };
  for (const load of [join(SHORT), poll(SHORT)]) await sendLoad({ ...load, ...warming });
  await sleep(SETTLE_MS);
  const restingBytes = gate.residentBytes();
  await around(async () => {
    plan.progress(`${plan.manyJoins.toLocaleString('en')} joins${store}`);
    await sendLoad({ ...join(LONG), amount: plan.manyJoins, connections: CROWD });
  });
  await sleep(SETTLE_MS);
  const grownMb = (gate.residentBytes() - restingBytes) / 1e6;
  const costs = await inTurns(
    `long line and short line${store}`,
    [LONG, SHORT].flatMap((room) => [
      loaded(`poll ${room}`, gate, poll(room)),
      loaded(`join ${room}`, gate, join(room)),
    ]),
    plan,
  );
  return [
    besideShort('poll', costs, plan, store),
    besideShort('join', costs, plan, store),
    memoryRow(grownMb, restingBytes / 1e6, plan, store),
  ];
}

async function ticketOf(gate: Measured, room: string): Promise<string> {
  const answer = await fetch(`${gate.url}/.headgate/rooms/${room}/tickets`, { method: 'POST' });
  return ((await answer.json()) as { ticket: string }).ticket;
}

function besideShort(what: string, costs: Map<string, Cost>, { manyJoins }: Plan, store: string): Row {
  const cpu = (room: string) => (costs.get(`${what} ${room}`) as Cost).cpuMicros;
  const name = `${what}${store} with ${manyJoins.toLocaleString('en')} waiting`;
  return rowOf(name, 'µs CPU a request', cpu(LONG), 'with thousands waiting', cpu(SHORT), 1.1);
}

function memoryRow(grownMb: number, restingMb: number, { manyJoins }: Plan, store: string): Row {
  return {
    name: `gateway memory${store}, ${manyJoins.toLocaleString('en')} joins later`,
    ...{ unit: 'MB more', value: round(grownMb) },
    ...{ baselineName: 'resident before', baseline: round(restingMb), ratio: round(grownMb / restingMb) },
    ...{ goal: '≤ +50 MB', met: grownMb <= 50 },
  };
}
