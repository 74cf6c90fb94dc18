/**
 * Takes number after number, by joins without a ticket and by pages with fresh cookies in turn; then comes with each that is called, or
 * with none. What it holds of places is nobody's but its own: laws judge those of visitors.
 */
import { type ClientOptions, createClient } from './client.ts';
import { joinAsProgram, notePlace } from './place.ts';
import { meaningOf } from './reading.ts';
import { emptyRecord, rest, type Visit } from './visit.ts';
import type { Outcome, VisitorRecord } from './words.ts';

export interface BotPlan {
  numbers: number;
  comesWhenCalled: boolean;
}

const LOOK_MS = 2_000;

/** The numbers are taken evenly over the planned stay. */
export async function takeNumbers(visit: Visit, options: ClientOptions, bot: BotPlan): Promise<Outcome> {
  const { plan, record, signal } = visit;
  record.phase = 'waiting';
  const link = (await visit.client.send('GET', plan.address, 'ask')).json()?.join ?? null;
  const places: Visit[] = [];
  for (let count = 0; count < bot.numbers && !signal.aborted; count++) {
    await rest(visit, plan.stayMs / bot.numbers);
    if (signal.aborted) break;
    const place = newIdentity(visit, options, link !== null && count % 2 === 0 ? 'program' : 'browser');
    if (await takeOne(place, link)) places.push(place);
  }
  if (bot.comesWhenCalled) await comeWhenCalled(visit, places);
  return signal.aborted ? 'stopped' : 'no-show';
}

/** Nobody knows it: no cookie, no ticket. */
function newIdentity(visit: Visit, options: ClientOptions, kind: 'browser' | 'program'): Visit {
  const plan = { ...visit.plan, kind };
  const client = createClient(options, plan);
  client.dueAtMs = visit.client.dueAtMs;
  visit.client.dueAtMs = null;
  return { ...visit, plan, client, record: emptyRecord(plan) };
}

async function takeOne(place: Visit, link: unknown): Promise<boolean> {
  if (place.plan.kind === 'program') await joinAsProgram(place, link);
  else {
    await place.client.send('GET', place.plan.address, 'navigate');
    notePlace(place);
  }
  return place.record.number !== null;
}

/** Looks at the room's shared document, as a script that wants many places does, and asks with each number that is called. */
async function comeWhenCalled(visit: Visit, places: readonly Visit[]): Promise<void> {
  let waiting = [...places];
  while (waiting.length > 0 && !visit.signal.aborted) {
    await rest(visit, LOOK_MS);
    if (visit.signal.aborted) return;
    const serving = await servingOf(visit, waiting[0]!.record.room!);
    const called = waiting.filter(({ record }) => isCalled(record, serving));
    const inside = await Promise.all(called.map(comesIn));
    waiting = waiting.filter((place) => !inside[called.indexOf(place)]);
  }
}

type Serving = Readonly<Record<string, number>>;

async function servingOf({ client, prefix }: Visit, room: string): Promise<Serving> {
  const view = (await client.send('GET', `${prefix}/rooms/${room}/status`, 'ask')).json() ?? {};
  const lanes = Object.entries((view.lanes ?? {}) as Record<string, { serving?: number }>);
  return {
    default: Number(view.serving ?? 0),
    ...Object.fromEntries(lanes.map(([lane, { serving = 0 }]) => [lane, serving])),
  };
}

function isCalled({ number, lane }: VisitorRecord, serving: Serving): boolean {
  return number !== null && number <= (serving[lane ?? 'default'] ?? 0);
}

async function comesIn({ client, plan }: Visit): Promise<boolean> {
  const answer = await client.send('GET', plan.address, 'navigate');
  return meaningOf(answer).kind !== 'wait';
}
