/** Two waiting rooms on the same Redis, in turns: Headgate's numbers, and a sorted set with a member for each visitor. */
import { type Contender, inTurns } from './contest.ts';
import type { RedisStage } from './redis-stage.ts';
import { type Compared, LINE, type Plan, type Row, round, toldRow } from './row.ts';
import { type Cost, costOf, type Load, type Measured } from './server.ts';

const CROWD = 200;
const OURS = 'Headgate on Redis';
const THEIRS = 'sorted set';
const PEER = 'sorted set, a member a visitor';

interface Work extends Cost {
  /** Redis commands a request, and µs of Redis a command; 0 where there was none. */
  redisCommands: number;
  redisMicros: number;
}

type Sides = Map<string, Work>;

export async function measureWaiting(
  redis: RedisStage,
  gate: Measured,
  plan: Plan,
): Promise<{ rows: Row[]; compared: Compared[] }> {
  const simple = await redis.startSortedSet();
  const side = (name: string, server: Measured, load: Omit<Load, 'amount'>): Contender<Work> => ({
    name,
    measure: () => workOf(redis, server, { ...load, amount: plan.amount, connections: CROWD }),
  });
  const joins = await inTurns(
    'joins on Redis',
    [
      side(OURS, gate, { url: `${gate.url}${LINE}/tickets`, method: 'POST' }),
      side(THEIRS, simple, { url: `${simple.url}/tickets`, method: 'POST' }),
    ],
    plan,
  );
  const polls = await inTurns(
    'polls on Redis',
    [
      side(OURS, gate, { url: `${gate.url}${LINE}/ticket`, headers: await holding(`${gate.url}${LINE}`) }),
      side(THEIRS, simple, { url: `${simple.url}/ticket`, headers: await holding(simple.url) }),
    ],
    plan,
  );
  await simple.stop();
  return { rows: joinRows(joins), compared: [...compared('join', joins), ...compared('poll', polls)] };
}

async function workOf(redis: RedisStage, server: Measured, load: Load): Promise<Work> {
  const before = await redis.work();
  const cost = await costOf(server, load);
  const after = await redis.work();
  const commands = after.commands - before.commands;
  const redisMicros = commands === 0 ? 0 : (after.micros - before.micros) / commands;
  return { ...cost, redisCommands: commands / load.amount, redisMicros };
}

async function holding(base: string): Promise<Record<string, string>> {
  const answer = await fetch(`${base}/tickets`, { method: 'POST' });
  return { 'headgate-ticket': ((await answer.json()) as { ticket: string }).ticket };
}

function joinRows(joins: Sides): Row[] {
  const [ours, theirs] = [joins.get(OURS) as Work, joins.get(THEIRS) as Work];
  const row = (name: string, unit: string, figure: keyof Work) =>
    toldRow(name, unit, ours[figure], PEER, theirs[figure]);
  return [
    {
      ...row('joins over HTTP, Redis', 'a second', 'perSecond'),
      ...{ goal: '≥ 10,000', met: ours.perSecond >= 10_000 },
    },
    {
      ...row('Redis commands a join', 'commands', 'redisCommands'),
      ...{ goal: '≤ 0.1', met: ours.redisCommands <= 0.1 },
    },
    row('a command of a join (ours: all of one turn)', 'µs in Redis', 'redisMicros'),
  ];
}

function compared(work: string, sides: Sides): Compared[] {
  return [...sides].map(([name, { cpuMicros, perSecond, redisCommands }]) => ({
    ...{ work, name, cpuMicros: round(cpuMicros), perSecond: Math.round(perSecond) },
    ...{ redisCommands: Math.round(redisCommands * 1_000) / 1_000, note: NOTES[name] as string },
  }));
}

const NOTES: Record<string, string> = {
  [OURS]: 'signed tickets, numbers; CPU without Redis’s',
  [THEIRS]: 'ZADD and ZRANK a join, ZRANK a poll; CPU without Redis’s',
};
