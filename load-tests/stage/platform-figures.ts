/** What the platforms' own books say at one moment, over all of their processes. */
import type { PlatformStats } from '../platform/books.ts';
import { createGrowth, createWindow } from './rates.ts';
import type { Figures, StagePlatform } from './words.ts';

/** A room's limit, as the gate tells it. */
export interface LimitedRoom {
  room: string;
  sessions: number;
}

export interface PlatformLook {
  figures: Figures;
  /** The books that they were read from, of every process that answered. */
  books: readonly PlatformStats[];
}

const WINDOW_MS = 5_000;
const MINUTE_S = 60;

/** Reads all books; the rates are over the last 5 s. */
export function watchPlatforms(
  platforms: readonly StagePlatform[],
  nowMs: () => number,
): () => Promise<PlatformLook> {
  const rates = createRates();
  return async () => {
    const byPlatform = await Promise.all(platforms.map((platform) => platform.stats()));
    const books = byPlatform.flat();
    if (books.length === 0) return { figures: UNSEEN, books };
    // A process is known by its place: one that was started again counts on.
    for (const [index, all] of byPlatform.entries())
      for (const [target, stats] of all.entries()) rates.take(`${index} ${target}`, stats);
    return { figures: { ...present(books), ...rates.figures(nowMs()) }, books };
  };
}

const UNSEEN: Figures = {
  'inside.visitors': null,
  'admitted.perMinute': null,
  'platform.p95Ms': null,
  'platform.failedShare': null,
  'platform.databaseWaiting': null,
  'platform.connections': null,
  'platform.requestsPerSecond': null,
};

function present(books: readonly PlatformStats[]): Figures {
  const p95s = books.map(({ lastSecond }) => lastSecond?.p95Ms ?? null).filter((p95) => p95 !== null);
  return {
    'inside.visitors': sumOf(books, ({ sessions }) => sessions.now),
    // A second without an answer tells nothing of how long answers take.
    'platform.p95Ms': p95s.length === 0 ? null : Math.max(...p95s),
    'platform.databaseWaiting': sumOf(books, ({ database }) => database.waiting),
    'platform.connections': sumOf(books, ({ connections }) => connections.now),
  };
}

function createRates() {
  const counters = ['requests', 'failed', 'admitted'] as const;
  const grown = Object.fromEntries(counters.map((name) => [name, createGrowth()]));
  const windows = Object.fromEntries(counters.map((name) => [name, createWindow(WINDOW_MS)]));
  return {
    take(process: string, { requests, failed, admissions }: PlatformStats) {
      grown.requests?.take(process, requests);
      grown.failed?.take(process, failed);
      grown.admitted?.take(process, admissions.total);
    },
    figures(atMs: number): Figures {
      const over = (name: string) => windows[name]?.grownBy(atMs, grown[name]?.total() ?? 0) ?? null;
      const [requests, failed, admitted] = [over('requests'), over('failed'), over('admitted')];
      return {
        'platform.requestsPerSecond': requests && requests.count / requests.seconds,
        'platform.failedShare': requests && failed && shareOf(failed.count, requests.count),
        'admitted.perMinute': admitted && (admitted.count / admitted.seconds) * MINUTE_S,
      };
    },
  };
}

/** What fails now may have arrived earlier than what was counted as arriving; null: nothing happened. */
function shareOf(failed: number, arrived: number): number | null {
  const all = Math.max(failed, arrived);
  return all === 0 ? null : failed / all;
}

/**
 * Sessions above what rooms allow, by the platform's books: of the room that is furthest above. A room's visitors are those of the event
 * whose id ends its name; of a single limited room that names none, everybody inside. Null: no room has a limit.
 */
export function overLimit(books: readonly PlatformStats[], rooms: readonly LimitedRoom[]): number | null {
  if (rooms.length === 0 || books.length === 0) return null;
  const events = new Set(books.flatMap(({ byEvent }) => Object.keys(byEvent)));
  const over = rooms.map(({ room, sessions }) => {
    const event = [...events].find((id) => room === id || room.endsWith(`-${id}`));
    if (event === undefined && (rooms.length > 1 || events.size > 0)) return 0;
    const inside = (stats: PlatformStats) =>
      event === undefined ? stats.sessions.now : (stats.byEvent[event]?.now ?? 0);
    return sumOf(books, inside) - sessions;
  });
  return Math.max(0, ...over);
}

function sumOf<T>(all: readonly T[], count: (one: T) => number): number {
  return all.reduce((sum, one) => sum + count(one), 0);
}
