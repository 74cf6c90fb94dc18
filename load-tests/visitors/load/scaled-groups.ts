/** A plan's groups with as many visitors as asked for: the shapes stay, only how many come changes. A log is replayed as it is. */
import type { Arrivals, VisitorGroup } from '../../rehearse/visitor-words.ts';
import type { LoadPlan } from '../load-words.ts';
import { arrivalTimes, countOf } from './arrival-times.ts';

export function scaledGroups(
  plan: Pick<LoadPlan, 'groups' | 'visitors' | 'seconds' | 'seed'>,
): readonly VisitorGroup[] {
  const { groups, visitors } = plan;
  if (visitors === null) return groups;
  const scalable = groups.filter(({ arrivals }) => arrivals.shape !== 'log');
  const written = scalable.reduce((sum, group) => sum + comingOf(group, plan), 0);
  const replayed = groups
    .filter(({ arrivals }) => arrivals.shape === 'log')
    .reduce((sum, group) => sum + comingOf(group, plan), 0);
  const factor = written === 0 ? 1 : Math.max(0, visitors - replayed) / written;
  return groups.map((group) => ({ ...group, arrivals: scaled(group.arrivals, factor) }));
}

/** Who comes before the scenario ends. */
function comingOf(group: VisitorGroup, { seconds, seed }: Pick<LoadPlan, 'seconds' | 'seed'>): number {
  if (group.arrivals.shape !== 'log' && countOf(group.arrivals) === 0) return 0;
  let count = 0;
  for (const { atSeconds } of arrivalTimes(group, seed)) {
    if (atSeconds > seconds) break;
    count += 1;
  }
  return count;
}

function scaled(arrivals: Arrivals, factor: number): Arrivals {
  switch (arrivals.shape) {
    case 'step':
      return { ...arrivals, perMinute: arrivals.perMinute * factor };
    case 'ramp':
      return {
        ...arrivals,
        fromPerMinute: arrivals.fromPerMinute * factor,
        toPerMinute: arrivals.toPerMinute * factor,
      };
    case 'email':
      return {
        ...arrivals,
        waves: arrivals.waves.map((wave) => ({ ...wave, readers: Math.round(wave.readers * factor) })),
      };
    case 'countdown':
      return { ...arrivals, visitors: Math.round(arrivals.visitors * factor) };
    case 'log':
      return arrivals;
  }
}
