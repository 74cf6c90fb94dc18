/** All rails in a row, those that need no request first: who is refused there hears nothing of it. */
import type { Settings } from '../../../config/settings.ts';
import { judgeAddresses, type Resolve } from './addresses.ts';
import { judgeCeiling } from './ceiling.ts';
import { judgeProduction } from './production.ts';
import { askForToken } from './token.ts';
import type { NamedTarget, PlannedLoad, Railed } from './words.ts';

/** Without a request to the target. */
export async function judgePlan(
  target: NamedTarget,
  settings: Pick<Settings, 'launches'>,
  load: Pick<PlannedLoad, 'peakPerSecond'>,
  resolve?: Resolve,
): Promise<Railed> {
  const production = judgeProduction(target, settings);
  if (production.kind === 'refused') return production;
  const ceiling = judgeCeiling(target, load);
  return ceiling.kind === 'refused' ? ceiling : judgeAddresses(target, settings, resolve);
}

/** At most one request: the question whether it agrees. */
export async function judgeTarget(
  target: NamedTarget,
  settings: Pick<Settings, 'launches'>,
  load: Pick<PlannedLoad, 'peakPerSecond'>,
  signal: AbortSignal,
): Promise<Railed> {
  const planned = await judgePlan(target, settings, load);
  return planned.kind === 'refused' ? planned : askForToken(target, signal);
}
