/**
 * A virtual visitor: comes, waits as told, goes in when called, does what it planned, leaves; and records what it was told.
 * Speaks HTTP only, to a gate, or to a platform without one.
 */
import { type Answer, type ClientOptions, createClient } from './client.ts';
import { stayInside } from './inside.ts';
import { loadAssets } from './page-assets.ts';
import { notePlace } from './place.ts';
import { type Meaning, meaningOf } from './reading.ts';
import { emptyRecord, pauseAfterFailure, type Visit } from './visit.ts';
import { linkOf, waitAtPlace, waitInLine } from './waiting.ts';
import type { Outcome, Random, VisitorPlan, VisitorRecord } from './words.ts';

export interface VisitorOptions extends ClientOptions {
  plan: VisitorPlan;
  random: Random;
  /** The gate's reserved paths; `/.headgate` where absent. */
  prefix?: string;
  /** Prefix of the gate's cookies; `hg` where absent. */
  cookiePrefix?: string;
  keepSighting?: Visit['keepSighting'];
  /** What it does before it asks for the address: resolves with null, or with how the visit ended. */
  before?: (visit: Visit) => Promise<Outcome | null>;
  /** What it does in place of asking for the address and all that follows. */
  instead?: (visit: Visit) => Promise<Outcome>;
  /** When it was meant to come; when it runs, where absent. */
  dueAtMs?: number;
}

export interface Visitor {
  readonly visit: Visit;
  /** Grows while the visit goes on. */
  readonly record: VisitorRecord;
  /** The whole visit; never rejects. */
  run(): Promise<VisitorRecord>;
}

export function createVisitor(options: VisitorOptions): Visitor {
  const { plan, random, signal, prefix = '/.headgate', cookiePrefix = 'hg' } = options;
  const record = emptyRecord(plan);
  const { keepSighting } = options;
  const client = createClient(options, plan);
  const visit: Visit = {
    ...{ plan, record, client, random, signal, prefix, cookiePrefix },
    ...(keepSighting && { keepSighting }),
  };
  const goThere = options.instead ?? comeAndGo;
  return {
    visit,
    record,
    async run() {
      client.dueAtMs = options.dueAtMs ?? null;
      record.arrivedAtMs = client.dueAtMs ?? performance.now();
      record.outcome = (await joinFirst(visit)) ?? (await options.before?.(visit)) ?? (await goThere(visit));
      record.goneAtMs = performance.now();
      record.phase = 'gone';
      return record;
    },
  };
}

async function joinFirst(visit: Visit): Promise<Outcome | null> {
  const { plan, prefix, record } = visit;
  if (plan.joinsFirst === undefined) return null;
  record.phase = 'waiting';
  return waitAtPlace(visit, `${prefix}/rooms/${plan.joinsFirst}/tickets`, 0);
}

async function comeAndGo(visit: Visit): Promise<Outcome> {
  const { plan, signal } = visit;
  for (let retriesLeft = plan.retries; ; ) {
    const { meaning, ...told } = await askToEnter(visit);
    if (signal.aborted) return 'stopped';
    if (meaning.kind === 'over') return meaning.outcome;
    if (meaning.kind === 'inside') return enter(visit, told);
    if (meaning.kind === 'wait') {
      const outcome = await waitInLine(visit, told.link, meaning.afterSeconds);
      if (outcome !== null) return outcome;
    } else {
      if (retriesLeft-- <= 0) return 'gave-up';
      await pauseAfterFailure(visit);
    }
  }
}

/** What the answer says, without the page: thousands wait for long, and none of them needs it any more. */
async function askToEnter(visit: Visit) {
  const { client, plan, signal } = visit;
  const answer = await client.send('GET', plan.address, 'navigate');
  if (!signal.aborted) await loadAssets(visit, answer);
  const { state, toldAtMs, leadsAway } = answer;
  const meaning: Meaning = leadsAway ? { kind: 'failed' } : meaningOf(answer);
  return { meaning, link: linkOf(visit, answer), state, toldAtMs };
}

function enter(visit: Visit, answer: Pick<Answer, 'state' | 'toldAtMs'>): Promise<Outcome> {
  visit.record.phase = 'inside';
  visit.record.admittedAtMs = answer.toldAtMs;
  visit.record.admittedAs = answer.state;
  notePlace(visit);
  return stayInside(visit);
}
