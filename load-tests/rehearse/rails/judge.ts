/** All rails in a row, those that need no request first: who is refused there hears nothing of it. */
import type { Settings } from '../../../config/settings.ts';
import { judgeCeiling } from './ceiling.ts';
import { judgeProduction } from './production.ts';
import { askForToken } from './token.ts';
import type { NamedTarget, PlannedLoad, Railed } from './words.ts';

/** Without a request. */
export function judgePlan(
  target: NamedTarget,
  settings: Pick<Settings, 'launches'>,
  load: Pick<PlannedLoad, 'peakPerSecond'>,
): Railed {
  const production = judgeProduction(target, settings);
  return production.kind === 'refused' ? production : judgeCeiling(target, load);
}

/** At most one request: the question whether it agrees. */
export async function judgeTarget(
  target: NamedTarget,
  settings: Pick<Settings, 'launches'>,
  load: Pick<PlannedLoad, 'peakPerSecond'>,
  signal: AbortSignal,
): Promise<Railed> {
  const planned = judgePlan(target, settings, load);
  return planned.kind === 'refused' ? planned : askForToken(target, signal);
}
