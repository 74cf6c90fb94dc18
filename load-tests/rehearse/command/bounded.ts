/** Keeps a plan within what one machine can play or foresee: a slip of three noughts is told, not planned for ever. */
import { countOf } from '../../visitors/load.ts';
import type { Scenario } from '../words.ts';
import { MOST_VISITORS } from './arguments.ts';
import type { Typed } from './typed.ts';
import { WrongUse } from './wrong-use.ts';

/** A minute of reckoning on one core. Where --visitors takes a part, all are counted through as well. */
const MOST_RECKONED = 5_000_000;

/** Throws WrongUse. By what the groups' shapes hold, before a single arrival is reckoned; a log is as long as it is. */
export function judgeSize(
  { name, groups }: Pick<Scenario, 'name' | 'groups'>,
  { visitors, forecast }: Pick<Typed, 'visitors' | 'forecast'>,
): void {
  const isPlayedWhole = forecast !== true && visitors === undefined;
  const most = isPlayedWhole ? MOST_VISITORS : MOST_RECKONED;
  const told = toldOf(groups);
  if (told <= most) return;
  const part = isPlayedWhole && told <= MOST_RECKONED ? `, or say --visitors ${MOST_VISITORS} at most` : '';
  throw new WrongUse(
    `${name} tells of ${count(told)} visitors, at most ${count(most)} can be ${isPlayedWhole ? 'played' : 'reckoned with'}: tell of fewer (a launch by its expectedPeakPerMinute)${part}`,
  );
}

function toldOf(groups: Scenario['groups']): number {
  return groups.reduce((sum, { arrivals }) => sum + (arrivals.shape === 'log' ? 0 : countOf(arrivals)), 0);
}

function count(value: number): string {
  return value.toLocaleString('en-GB');
}
