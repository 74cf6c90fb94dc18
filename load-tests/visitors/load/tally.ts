/** Counts a group's visitors: those who are there by looking at them, those who have gone once. */
import type { VisitorCounts } from '../load-words.ts';
import type { Outcome, VisitorRecord } from '../words.ts';

export function noVisitors(): VisitorCounts {
  return {
    ...{
      came: 0,
      waiting: 0,
      inside: 0,
      gone: 0,
      queued: 0,
      admitted: 0,
      registered: 0,
      left: 0,
      noShows: 0,
    },
    ...{ gaveUp: 0, thrownOut: 0, refused: 0, soldOut: 0, ended: 0, stopped: 0 },
  };
}

const COUNTED: Readonly<Record<Outcome, keyof VisitorCounts>> = {
  registered: 'registered',
  left: 'left',
  'no-show': 'noShows',
  'gave-up': 'gaveUp',
  'thrown-out': 'thrownOut',
  soldout: 'soldOut',
  ended: 'ended',
  refused: 'refused',
  stopped: 'stopped',
};

type Counted = Pick<VisitorRecord, 'phase' | 'outcome' | 'admittedAtMs' | 'queued'>;

export function countVisitor(counts: VisitorCounts, { phase, outcome, admittedAtMs, queued }: Counted): void {
  counts.came += 1;
  if (queued) counts.queued += 1;
  if (admittedAtMs !== null) counts.admitted += 1;
  if (phase === 'waiting' || phase === 'inside' || phase === 'gone') counts[phase] += 1;
  if (outcome !== null) counts[COUNTED[outcome]] += 1;
}

export function addCounts(sum: VisitorCounts, more: VisitorCounts): VisitorCounts {
  for (const name of Object.keys(sum) as Array<keyof VisitorCounts>) sum[name] += more[name];
  return sum;
}
