/** Who goes first where an upstream is short, as one number: prepared, so that a request only looks it up. Pure. */
import type { TrafficClass } from '../../config/settings.ts';
import type { Rank } from './words.ts';

export const CLASSES: readonly TrafficClass[] = ['api', 'asset', 'registration', 'staff'];

const INDEX: Record<TrafficClass, number> = { api: 0, asset: 1, registration: 2, staff: 3 };

/** Each class waits in two queues: of visitors who are inside, and of everybody else. */
export const QUEUES = CLASSES.length * 2;

export function classIndex(name: TrafficClass): number {
  return INDEX[name];
}

export function queueIndex(rank: Rank): number {
  return INDEX[rank.class] * 2 + (rank.inside ? 1 : 0);
}

/**
 * The level of each queue; higher goes first, lower is shed first:
 * groups of `protection.priority` in their order, within each group who is inside before who is not, and above all of them
 * visitors half way through a form (registration, inside), who are shed only where nothing else can be.
 */
export function levelsOf(priority: readonly (readonly TrafficClass[])[]): readonly number[] {
  const levels: number[] = new Array(QUEUES).fill(0);
  for (const [index, name] of CLASSES.entries()) {
    const found = priority.findIndex((group) => group.includes(name));
    const group = found === -1 ? priority.length - 1 : found;
    levels[index * 2] = group * 2;
    levels[index * 2 + 1] = group * 2 + 1;
  }
  levels[INDEX.registration * 2 + 1] = priority.length * 2;
  return levels;
}

/** Everybody alike: first come, first served. */
export const ALIKE: readonly number[] = new Array(QUEUES).fill(0);
