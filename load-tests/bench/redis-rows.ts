/** The rows of a gate on Redis: its waiting page, joins, claims, and all that must not grow with the line. */

import type { Keeper } from './keeper.ts';
import { type RedisStage, setRedisStage } from './redis-stage.ts';
import { type Compared, median, type Plan, type Row, round, rowOf, toldRow } from './row.ts';
import { measurePageOnRedis } from './rows.ts';
import type { Measured } from './server.ts';
import { measureSize } from './size-rows.ts';
import type { Bench } from './stage.ts';
import { measureWaiting } from './waiting-contest.ts';

const CLAIMS = 2_000;
const CLAIMS_AT_ONCE = 50;

export async function measureRedis(
  bench: Bench,
  keeper: Keeper,
  plan: Plan,
): Promise<{ rows: Row[]; compared: Compared[] }> {
  const redis = await setRedisStage(keeper, bench.configText);
  const gate = await redis.startGate();
  const page = await measurePageOnRedis(gate, bench, plan);
  const waiting = await measureWaiting(redis, gate, plan);
  const claims = await measureClaims(redis, gate, plan);
  await gate.stop();
  return { rows: [page, ...waiting.rows, claims], compared: waiting.compared };
}

/** After a million joins: the gateway's memory, Redis's, and the cost of a poll and of a join. */
export async function measureRedisSize(
  bench: Bench,
  keeper: Keeper,
  plan: Plan,
): Promise<{ rows: Row[]; compared: Compared[] }> {
  const redis = await setRedisStage(keeper, bench.configText);
  const gate = await redis.startGate();
  const used = async () => (await redis.work()).usedBytes;
  const grown = { bytes: 0 };
  const rows = await measureSize(gate, plan, ', Redis', async (joinMany) => {
    const before = await used();
    await joinMany();
    grown.bytes = (await used()) - before;
  });
  await gate.stop();
  await redis.empty();
  const ours = grown.bytes / plan.manyJoins;
  const theirs = await sortedSetBytes(redis, plan.manyJoins);
  const work = `keep ${plan.manyJoins.toLocaleString('en')} waiting`;
  return {
    rows: [...rows, bytesRow(ours, theirs, plan)],
    compared: [
      {
        work,
        name: 'Headgate on Redis',
        // Never less than nothing: Redis frees what it had before, too.
        redisBytesAVisitor: Math.max(0, round(ours)),
        note: 'joined over HTTP; visitors keep their tickets',
      },
      { work, name: 'sorted set', redisBytesAVisitor: round(theirs), note: 'a member of 36 characters each' },
    ],
  };
}

function bytesRow(ours: number, theirs: number, { manyJoins }: Plan): Row {
  const name = `Redis memory a waiting visitor, ${manyJoins.toLocaleString('en')} joined over HTTP`;
  return {
    ...rowOf(name, 'bytes', ours, 'sorted set, a member a visitor', theirs, 1),
    goal: '≤ 4 bytes',
    met: ours <= 4,
  };
}

async function sortedSetBytes(redis: RedisStage, count: number): Promise<number> {
  const simple = await redis.startSortedSet();
  const before = await redis.work();
  const answer = await fetch(`${simple.url}/fill?count=${count}`, { method: 'POST' });
  const { waiting } = (await answer.json()) as { waiting: number };
  if (waiting !== count) throw new Error(`the sorted set holds ${waiting} of ${count}`);
  const after = await redis.work();
  await simple.stop();
  return (after.usedBytes - before.usedBytes) / count;
}

/** Tickets of a room with room for all, each claimed once; so many at a time. */
async function measureClaims(redis: RedisStage, gate: Measured, plan: Plan): Promise<Row> {
  const perSecond: number[] = [];
  const micros: number[] = [];
  for (let run = 1; run <= plan.runs; run++) {
    plan.progress(`claims on Redis: run ${run} of ${plan.runs}`);
    const tickets = await someAtOnce(CLAIMS, () => takeTicket(gate));
    const before = await redis.work();
    const startedMs = performance.now();
    await someAtOnce(CLAIMS, (index) => claimTicket(gate, tickets[index] as string));
    perSecond.push((CLAIMS * 1_000) / (performance.now() - startedMs));
    const after = await redis.work();
    micros.push((after.micros - before.micros) / (after.commands - before.commands));
  }
  const name = 'claims over HTTP, Redis (each forwarded)';
  return toldRow(name, 'a second', median(perSecond), 'µs of Redis a command then', median(micros));
}

async function someAtOnce<T>(count: number, ask: (index: number) => Promise<T>): Promise<T[]> {
  const answers: T[] = [];
  let next = 0;
  const one = async () => {
    for (let index = next++; index < count; index = next++) answers[index] = await ask(index);
  };
  await Promise.all(Array.from({ length: CLAIMS_AT_ONCE }, one));
  return answers;
}

async function claimTicket(gate: Measured, ticket: string): Promise<void> {
  const answer = await fetch(`${gate.url}/forward/`, { headers: { 'headgate-ticket': ticket } });
  await answer.arrayBuffer();
  if (answer.headers.get('headgate-state') !== 'admitted') throw new Error(`a claim got ${answer.status}`);
}

async function takeTicket(gate: Measured): Promise<string> {
  const answer = await fetch(`${gate.url}/.headgate/rooms/inside/tickets`, { method: 'POST' });
  return ((await answer.json()) as { ticket: string }).ticket;
}
