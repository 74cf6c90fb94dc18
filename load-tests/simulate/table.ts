/** The table of utilisation: how much of the limit is used while a surge waits, by sessions, stay and no-shows. */
import type { Day } from './day.ts';
import type { Options } from './options.ts';
import { playDay } from './play.ts';

export interface Cell {
  sessions: number;
  staySeconds: number;
  noShows: number;
  /** What the design's prototype reached; null: a cell of the caller's own. */
  figure: number | null;
  seen: number;
  runs: number;
  /** Null where there is no figure. */
  met: boolean | null;
  /** Laws broken in these runs. */
  broken: number;
}

const SESSIONS = [1, 20, 200];
const STAYS_SECONDS = [60, 180, 300];
const NO_SHOWS = [0.5, 0.7];
/** By sessions and stay, at 50 and 70 % no-shows. */
const FIGURES: Record<string, [number, number]> = {
  '1/60': [0.87, 0.8],
  '1/180': [0.97, 0.91],
  '1/300': [0.98, 0.89],
  '20/60': [0.94, 0.95],
  '20/180': [0.97, 0.98],
  '20/300': [0.98, 0.98],
  '200/60': [0.97, 0.97],
  '200/180': [0.99, 0.99],
  '200/300': [0.99, 0.99],
};
/** The figures have two digits. */
const ROUNDING = 0.005;
const TIMES_WHAT_FITS = 3;
/** Few slots mean few visitors: their runs are repeated until chance weighs little. */
const VISITORS_A_CELL = 3000;

export function figureOf(sessions: number, staySeconds: number, noShows: number): number | null {
  const column = NO_SHOWS.indexOf(noShows);
  return FIGURES[`${sessions}/${staySeconds}`]?.[column] ?? null;
}

export function cellsOf(options: Options): { sessions: number; staySeconds: number; noShows: number }[] {
  const sessions = options.sessions === null ? SESSIONS : [options.sessions];
  const stays = options.staySeconds === null ? STAYS_SECONDS : [options.staySeconds];
  const noShows = options.noShows === null ? NO_SHOWS : [options.noShows];
  return sessions.flatMap((s) =>
    stays.flatMap((stay) => noShows.map((n) => ({ sessions: s, staySeconds: stay, noShows: n }))),
  );
}

export function surgeDay(
  sessions: number,
  staySeconds: number,
  noShows: number,
  minutes: number,
  seed: number,
): Day {
  const comingPerSecond = (TIMES_WHAT_FITS * sessions) / staySeconds;
  return {
    name: `${sessions} sessions, ${staySeconds} s, ${noShows * 100} % no-shows`,
    seed,
    minutes,
    gateways: 1,
    limits: { sessions, admissionsPerMinute: null, submitReserve: 0 },
    claimSeconds: 60,
    idleSeconds: 600,
    visitors: {
      arrivalsPerSecond: () => comingPerSecond / (1 - noShows),
      noShows,
      late: 0,
      staySeconds,
      fallSilent: 0,
      replay: 0,
      typeLong: 0,
    },
    incidents: [],
  };
}

export function playCell(sessions: number, staySeconds: number, noShows: number, options: Options): Cell {
  const stays = (sessions * options.minutes * 60) / staySeconds;
  const runs = Math.min(60, Math.max(1, Math.ceil(VISITORS_A_CELL / stays)));
  let sum = 0;
  let broken = 0;
  for (let i = 0; i < runs; i++) {
    const outcome = playDay(surgeDay(sessions, staySeconds, noShows, options.minutes, options.seed + i));
    sum += outcome.utilisation ?? 0;
    broken += Object.values(outcome.faults).reduce((a, b) => a + b, 0);
  }
  const figure = figureOf(sessions, staySeconds, noShows);
  const seen = sum / runs;
  return {
    sessions,
    staySeconds,
    noShows,
    figure,
    seen,
    runs,
    met: figure === null ? null : seen >= figure - ROUNDING,
    broken,
  };
}
