/** What the rooms' plays come to, all together, in the plan's own time. Pure. */
import type { LimitsAsked, Outcome, Percentiles, RoomPlayed } from './words.ts';

export interface OutcomeOptions {
  limits: LimitsAsked;
  compress: number;
  /** The opening, or the first arrival. */
  beginsAtSeconds: number;
  /** Somebody may still wait at its end. */
  stopsAtEnd: boolean;
}

/** As many points as a picture shows. */
const MOST_POINTS = 600;

export function outcomeOf(rooms: readonly RoomPlayed[], options: OutcomeOptions): Outcome {
  const { limits, compress, beginsAtSeconds } = options;
  const waiting = summed(rooms.map((room) => room.waiting));
  const longestLine = waiting.reduce((most, one) => Math.max(most, one), 0);
  const last = waiting.findLastIndex((one) => one > 0);
  const isDrained = last < waiting.length - 1 || waiting.length === 0;
  const drainedAt = last < 0 ? beginsAtSeconds : secondOf(last + 1) * compress;
  const sum = (of: (room: RoomPlayed) => number) => rooms.reduce((total, room) => total + of(room), 0);
  return {
    ...{ limits, label: labelOf(limits), longestLine },
    longestAtSeconds: longestLine === 0 ? 0 : secondOf(waiting.indexOf(longestLine)) * compress,
    waitSeconds: percentiles(
      rooms.map(({ waitsMs }) => waitsMs),
      compress,
    ),
    drainedAfterSeconds: isDrained ? Math.max(0, drainedAt - beginsAtSeconds) : null,
    admitted: sum(({ admitted }) => admitted),
    walkedAway: sum(({ walkedAway }) => walkedAway),
    turnedAway: sum(({ turnedAway }) => turnedAway),
    registered: sum(({ registered }) => registered),
    mostInside: sum(({ mostInside }) => mostInside),
    line: thinned(waiting, compress),
  };
}

/** The first is of the second 1. */
function secondOf(index: number): number {
  return index + 1;
}

function labelOf({ sessions, admissionsPerMinute, seats }: LimitsAsked): string {
  const word = (value: number | null | undefined, unit: string) =>
    value === undefined ? [] : [value === null ? `no limit of ${unit}` : `${value} ${unit}`];
  const words = [
    ...word(sessions, 'sessions'),
    ...word(admissionsPerMinute, 'a minute'),
    ...word(seats, 'seats'),
  ];
  return words.length === 0 ? 'as configured' : words.join(', ');
}

function summed(lists: readonly (readonly number[])[]): number[] {
  const length = lists.reduce((most, list) => Math.max(most, list.length), 0);
  return Array.from({ length }, (_, at) => lists.reduce((sum, list) => sum + (list[at] ?? 0), 0));
}

function percentiles(lists: readonly (readonly number[])[], compress: number): Percentiles | null {
  const sorted = Float64Array.from(lists.flat()).sort();
  if (sorted.length === 0) return null;
  const at = (share: number) => {
    const ms = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
    return (ms * compress) / 1_000;
  };
  return { p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99), most: at(1) };
}

function thinned(waiting: readonly number[], compress: number): Outcome['line'] {
  const step = Math.max(1, Math.ceil(waiting.length / MOST_POINTS));
  return {
    everySeconds: step * compress,
    waiting: waiting.filter((_, at) => at % step === step - 1),
  };
}
