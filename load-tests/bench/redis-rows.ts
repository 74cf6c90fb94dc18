/** The rows of a gate on Redis, beside the design that many queues use: a sorted set with one ZADD a visitor. */
import { type RedisStage, type RedisWork, setRedisStage } from './redis-stage.ts';
import { beside, LINE, median, NAVIGATION, type Plan, type Row, round, rowOf } from './row.ts';
import { type Load, type Measured, sendLoad } from './server.ts';
import { measureSize } from './size-rows.ts';
import type { Bench } from './stage.ts';

const CROWD = 200;
const CLAIMS = 2_000;
const CLAIMS_AT_ONCE = 50;

export async function measureRedis(bench: Bench, plan: Plan): Promise<Row[]> {
  const redis = await setRedisStage(bench.configText);
  try {
    const gate = await redis.startGate();
    const joins = await measureJoins(redis, gate, plan);
    const page = await beside(
      'join, Redis (waiting page, signed ticket)',
      { server: gate, load: { url: `${gate.url}/line/`, amount: plan.amount, headers: NAVIGATION } },
      {
        name: 'bare Fastify JSON route',
        server: bench.json,
        load: { url: `${bench.json.url}/json`, amount: plan.amount },
      },
      3.5,
      plan,
    );
    const claims = await measureClaims(redis, gate, plan);
    await gate.stop();
    await redis.empty();
    const size = await measureSize(bench, redis.startGate, plan, ', Redis');
    return [page, ...joins, claims, ...size, await measureBytes(redis, plan)];
  } finally {
    await redis.stop();
  }
}

interface Worked {
  perSecond: number;
  /** Redis commands a request, and µs of Redis a command. */
  commands: number;
  micros: number;
}

async function worked(redis: RedisStage, load: Load): Promise<Worked> {
  const before = await redis.work();
  const { seconds } = await sendLoad({ ...load, connections: CROWD });
  const after = await redis.work();
  const commands = after.commands - before.commands;
  return {
    perSecond: load.amount / seconds,
    commands: commands / load.amount,
    micros: (after.micros - before.micros) / commands,
  };
}

/** Both in turns; HTTP joins as fast as this machine sends them. */
async function measureJoins(redis: RedisStage, gate: Measured, plan: Plan): Promise<Row[]> {
  const simple = await redis.startSortedSet();
  const ours: Worked[] = [];
  const theirs: Worked[] = [];
  for (let run = 1; run <= plan.runs; run++) {
    plan.progress(`joins on Redis: run ${run} of ${plan.runs}`);
    const amount = plan.amount;
    ours.push(await worked(redis, { url: `${gate.url}${LINE}/tickets`, method: 'POST', amount }));
    theirs.push(await worked(redis, { url: `${simple.url}/tickets`, method: 'POST', amount }));
  }
  await simple.stop();
  const of = (figure: keyof Worked, runs: Worked[]) => median(runs.map((each) => each[figure]));
  const peer = 'one ZADD a visitor';
  const perSecond = of('perSecond', ours);
  return [
    {
      ...told('joins over HTTP, Redis', 'a second', perSecond, peer, of('perSecond', theirs)),
      goal: '≥ 10,000',
      met: perSecond >= 10_000,
    },
    {
      ...told('Redis commands a join', 'commands', of('commands', ours), peer, of('commands', theirs)),
      goal: '≤ 0.1',
      met: of('commands', ours) <= 0.1,
    },
    told('a join script (all of one turn)', 'µs in Redis', of('micros', ours), peer, of('micros', theirs)),
  ];
}

/** Tickets of a room with room for all, each claimed once; so many at a time. */
async function measureClaims(redis: RedisStage, gate: Measured, plan: Plan): Promise<Row> {
  const perSecond: number[] = [];
  const micros: number[] = [];
  for (let run = 1; run <= plan.runs; run++) {
    plan.progress(`claims on Redis: run ${run} of ${plan.runs}`);
    const tickets = await inTurns(CLAIMS, () => takeTicket(gate));
    const before = await redis.work();
    const startedMs = performance.now();
    await inTurns(CLAIMS, (index) => claimTicket(gate, tickets[index] as string));
    perSecond.push((CLAIMS * 1_000) / (performance.now() - startedMs));
    const after = await redis.work();
    micros.push((after.micros - before.micros) / (after.commands - before.commands));
  }
  const peer = 'µs of Redis a command then';
  return told(
    'claims over HTTP, Redis (each forwarded)',
    'a second',
    median(perSecond),
    peer,
    median(micros),
  );
}

async function inTurns<T>(count: number, ask: (index: number) => Promise<T>): Promise<T[]> {
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

/** Redis memory that each of so many waiting visitors takes; ours joined over HTTP just before. */
async function measureBytes(redis: RedisStage, plan: Plan): Promise<Row> {
  await redis.empty();
  const gate = await redis.startGate();
  const url = `${gate.url}${LINE}/tickets`;
  await sendLoad({ url, method: 'POST', amount: 1_000 });
  const grown = (from: RedisWork, to: RedisWork) => (to.usedBytes - from.usedBytes) / plan.manyJoins;
  const before = await redis.work();
  await sendLoad({ url, method: 'POST', amount: plan.manyJoins, connections: CROWD });
  const ours = grown(before, await redis.work());
  await gate.stop();
  await redis.empty();
  const simple = await redis.startSortedSet();
  const empty = await redis.work();
  await sendLoad({
    ...{ url: `${simple.url}/tickets`, method: 'POST', amount: plan.manyJoins },
    connections: CROWD,
  });
  const theirs = grown(empty, await redis.work());
  const name = `Redis memory a waiting visitor, ${plan.manyJoins.toLocaleString('en')} joined over HTTP`;
  return {
    ...rowOf(name, 'bytes', ours, 'one ZADD a visitor', theirs, 1),
    goal: '≤ 4 bytes',
    met: ours <= 4,
  };
}

function told(name: string, unit: string, value: number, baselineName: string, baseline: number): Row {
  const ratio = round(value / baseline);
  return {
    name,
    unit,
    value: round(value),
    baselineName,
    baseline: round(baseline),
    ratio,
    goal: '–',
    met: true,
  };
}
