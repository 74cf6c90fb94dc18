/**
 * Sends one process's share of a load: each visitor at the time that the schedule says, whatever became of those before.
 * Connections are kept and bounded for each origin; a request beyond them waits for one, and that wait is part of its latency.
 */
import { Agent } from 'undici';
import type { VisitorGroup } from '../../rehearse/visitor-words.ts';
import type { VisitorCounts } from '../load-words.ts';
import { seededRandom, seedOf } from '../random.ts';
import { arrivalTimes } from './arrival-times.ts';
import { createCast, type Guest } from './cast.ts';
import { evidenceOf } from './evidence.ts';
import { MACHINE_OFFSET_MS } from './machine-clock.ts';
import { createRequestBooks } from './request-books.ts';
import { scaledGroups } from './scaled-groups.ts';
import { createSchedule, type Due } from './schedule.ts';
import { watchSelf } from './self-watch.ts';
import { starve } from './starve.ts';
import { countVisitor, noVisitors } from './tally.ts';
import type { Evidence, Seen, WorkerJob } from './worker-words.ts';

export interface Worker {
  seen(): Seen;
  setOrigins(origins: readonly string[]): void;
  /** Everybody goes at once. */
  stop(): void;
  /** All of its visitors have come and gone. */
  readonly over: Promise<{ seen: Seen; evidence: readonly Evidence[] }>;
}

const CONNECTIONS_AN_ORIGIN = 2_048;
const KEPT_MS = 60_000;

export function startWorker(job: WorkerJob): Worker {
  const { plan, target } = job;
  const books = createRequestBooks(target.prefix, () => performance.now());
  const watch = watchSelf(books);
  const dispatcher = new Agent({ connections: CONNECTIONS_AN_ORIGIN, keepAliveTimeout: KEPT_MS });
  const cast = createCast(job, books, dispatcher);
  const crowd = createCrowd(plan.groups);
  const beginsAtMs = job.beginsAtMs - MACHINE_OFFSET_MS;
  const groups = scaledGroups(plan);
  const schedule = createSchedule(dueOf(groups, job), beginsAtMs, (due, dueAtMs) => {
    books.noteCame();
    watch.noteArrival(performance.now() - dueAtMs);
    crowd.welcome(cast.guest(due, dueAtMs));
  });
  const unstarve = starve(job.starvedMs);

  const seen = (): Seen => ({ ...crowd.counted(), ...books.seen(), self: watch.seen() });
  const end = async () => {
    await schedule.over;
    await crowd.empty();
    unstarve();
    watch.stop();
    await dispatcher.destroy();
    return { seen: seen(), evidence: crowd.evidence() };
  };
  return {
    seen,
    setOrigins: cast.setOrigins,
    stop() {
      schedule.stop();
      crowd.sendAway();
    },
    over: end(),
  };
}

/** This process's share of all arrivals, in order of time. */
function* dueOf(groups: readonly VisitorGroup[], { plan, index, of }: WorkerJob): Iterable<Due> {
  const sources = groups.map((group, groupIndex) => ownOf(group, groupIndex, plan));
  const heads = sources.map((source) => ({ source, next: source.next() }));
  for (let count = 0; ; count++) {
    const open = heads.filter(({ next }) => !next.done);
    if (open.length === 0) return;
    const first = open.reduce((least, head) => (timeOf(head) < timeOf(least) ? head : least));
    const due = first.next.value as Due;
    if (due.arrival.atSeconds > plan.seconds) return;
    if (count % of === index) yield due;
    first.next = first.source.next();
  }
}

function timeOf({ next }: { next: IteratorResult<Due> }): number {
  return (next.value as Due).arrival.atSeconds;
}

function* ownOf(
  group: VisitorGroup,
  groupIndex: number,
  { seed, compress }: WorkerJob['plan'],
): Generator<Due, void> {
  let index = 0;
  for (const arrival of arrivalTimes(group, seed)) {
    const random = seededRandom(seedOf(seed, group.name, index));
    const afterMs = (arrival.atSeconds * 1_000) / compress;
    yield { group, groupIndex, index, arrival, afterMs, random };
    index += 1;
  }
}

/** Those who are there, and what is kept of those who were. */
function createCrowd(groups: readonly VisitorGroup[]) {
  const present = new Set<Guest>();
  const gone = new Map<string, VisitorCounts>(groups.map(({ name }) => [name, noVisitors()]));
  const kept: Evidence[] = [];
  const visits = new Set<Promise<void>>();
  let mostAtOnce = 0;

  async function attend(guest: Guest): Promise<void> {
    await guest.run();
    present.delete(guest);
    countVisitor(gone.get(guest.group)!, guest.record);
    for (const record of [guest.record, ...guest.tabs]) {
      if (record.number !== null || record.admittedAtMs !== null || record.lostPlaces > 0)
        kept.push(evidenceOf(guest.group, record, record !== guest.record));
    }
  }
  return {
    welcome(guest: Guest): void {
      present.add(guest);
      mostAtOnce = Math.max(mostAtOnce, present.size);
      const visit = attend(guest).finally(() => visits.delete(visit));
      visits.add(visit);
    },
    sendAway(): void {
      for (const guest of present) guest.leave();
    },
    async empty(): Promise<void> {
      while (visits.size > 0) await Promise.all(visits);
    },
    counted(): Pick<Seen, 'groups' | 'mostAtOnce'> {
      const counts = new Map([...gone].map(([name, sum]) => [name, { ...sum }]));
      for (const { group, record } of present) countVisitor(counts.get(group)!, record);
      return { groups: Object.fromEntries(counts), mostAtOnce };
    },
    evidence: () => kept,
  };
}
