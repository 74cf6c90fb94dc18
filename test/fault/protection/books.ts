/** A platform's books, looked at five times a second while a run goes on, and what they say of a span of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { cleanUpLater } from '../../support/clean-up.ts';
import type { PlatformProcess } from '../../support/platform-process.ts';

/** Sums since the books were opened; times are of `performance.now()`. */
export interface Entry {
  atMs: number;
  registered: number;
  admitted: number;
  requests: number;
  failed: number;
  /** Queries that wait for a connection now. */
  waiting: number;
}

export interface Books {
  readonly entries: readonly Entry[];
  /** What happened each second between two times. */
  goodput(fromMs: number, untilMs: number): number;
  admissions(fromMs: number, untilMs: number): number;
  /** The longest queue at the database between two times. */
  mostWaiting(fromMs: number, untilMs: number): number;
  /** When, after `fromMs`, more queries waited than are worked on, or requests failed; null: never. */
  distressedAt(fromMs: number, connections: number): number | null;
  /** The run in rows of `everyMs`, to look at: admissions and registrations a second, queries that wait, failures. */
  course(fromMs: number, everyMs: number): string[];
  stop(): Promise<void>;
}

const LOOK_MS = 200;

export function watchBooks(platform: PlatformProcess): Books {
  const entries: Entry[] = [];
  let isOver = false;
  const look = async () => {
    for (; !isOver; await sleep(LOOK_MS)) entries.push(await entryOf(platform));
  };
  const looking = look().catch((error) => {
    if (!isOver) throw error;
  });
  const stop = async () => {
    isOver = true;
    await looking;
  };
  cleanUpLater(stop);
  const within = (fromMs: number, untilMs: number) =>
    entries.filter(({ atMs }) => atMs >= fromMs && atMs <= untilMs);
  const perSecond = (of: (entry: Entry) => number) => (fromMs: number, untilMs: number) => {
    // A platform that is short of CPU may not answer in between.
    const first = entries.findLast(({ atMs }) => atMs <= fromMs) ?? entries[0];
    const last = entries.find(({ atMs }) => atMs >= untilMs) ?? entries.at(-1);
    if (!first || !last || first === last) throw new Error('the books say nothing of this time');
    return ((of(last) - of(first)) / (last.atMs - first.atMs)) * 1_000;
  };
  return {
    entries,
    goodput: perSecond(({ registered }) => registered),
    admissions: perSecond(({ admitted }) => admitted),
    mostWaiting: (fromMs, untilMs) => Math.max(0, ...within(fromMs, untilMs).map(({ waiting }) => waiting)),
    distressedAt(fromMs, connections) {
      const failedBefore = entries.findLast(({ atMs }) => atMs <= fromMs)?.failed ?? 0;
      const isBad = ({ waiting, failed }: Entry) => waiting >= connections || failed > failedBefore;
      return entries.find((entry) => entry.atMs > fromMs && isBad(entry))?.atMs ?? null;
    },
    course(fromMs, everyMs) {
      const rows = Map.groupBy(entries, ({ atMs }) => Math.floor((atMs - fromMs) / everyMs));
      return [...rows].map(([row, span]) => rowOf((row * everyMs) / 1_000, span));
    },
    stop,
  };
}

function rowOf(atSeconds: number, span: readonly Entry[]): string {
  const [first, last] = [span[0]!, span.at(-1)!];
  const seconds = Math.max(LOOK_MS, last.atMs - first.atMs) / 1_000;
  const rate = (of: (entry: Entry) => number) => ((of(last) - of(first)) / seconds).toFixed(1);
  const rates = `${rate(({ admitted }) => admitted)} in/s, ${rate(({ registered }) => registered)} registered/s`;
  return `${atSeconds} s: ${rates}, ${last.waiting} wait, ${last.failed - first.failed} failed`;
}

async function entryOf(platform: PlatformProcess): Promise<Entry> {
  const { registrations, admissions, requests, failed, database } = await platform.stats();
  return {
    atMs: performance.now(),
    registered: Object.values(registrations).reduce((sum, count) => sum + count, 0),
    admitted: admissions.total,
    requests,
    failed,
    waiting: database.waiting,
  };
}
