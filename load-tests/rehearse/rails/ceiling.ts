/** Compares the load that is planned with what the target's owner allows. */
import type { NamedTarget, PlannedLoad, Railed } from './words.ts';

export function judgeCeiling(
  { name, mostPerSecond }: NamedTarget,
  { peakPerSecond }: Pick<PlannedLoad, 'peakPerSecond'>,
): Railed {
  if (peakPerSecond <= mostPerSecond) return { kind: 'allowed' };
  const because = `up to ${Math.ceil(peakPerSecond)} requests a second are planned, and rehearsal.targets.${name}.mostPerSecond allows ${mostPerSecond}; take fewer visitors (--visitors), a slower pace (--compress), or raise the ceiling`;
  return { kind: 'refused', because };
}
