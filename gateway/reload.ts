/** Taking another configuration while running: what may change, what became of it, and how that is said. */
import { formatLocated, type LoadResult, type Located } from '../config/load.ts';
import type { Settings } from '../config/settings.ts';
import { structuralChange } from '../config/structural-change.ts';
import type { Follower } from './control/follower.ts';
import { HeadgateError } from './errors.ts';
import type { Log } from './observe/logger.ts';

export type Reloaded =
  | { kind: 'reloaded'; revision: number; warnings: number }
  /** The old configuration stays in force. */
  | { kind: 'refused'; reason: string; errors: readonly Located[] };

/** Throws HG_CONFIG when the new settings cannot be taken without a restart. */
export function refuseUnlessReloadable(settings: Settings, next: Settings): void {
  const changes = structuralChange(settings, next).map((change) => change.message);
  if (changes.length > 0) throw new HeadgateError('HG_CONFIG', `these need a restart: ${changes.join('; ')}`);
  if (next.revision >= settings.revision) return;
  const message = `revision: ${next.revision} is lower than ${settings.revision}, which is in force; rooms obey the highest`;
  throw new HeadgateError('HG_CONFIG', message);
}

/** `take` rejects where it left everything as it was. */
export async function reloadFrom(
  loaded: LoadResult,
  take: (settings: Settings) => Promise<void>,
): Promise<Reloaded> {
  if (!loaded.ok) return { kind: 'refused', reason: 'it has errors', errors: loaded.errors };
  try {
    await take(loaded.settings);
    return { kind: 'reloaded', revision: loaded.settings.revision, warnings: loaded.warnings.length };
  } catch (error) {
    return { kind: 'refused', reason: String(error), errors: [] };
  }
}

/**
 * A gateway that obeys an admin process does not take its own file: it is as good as reloaded when the revision in force
 * says the same, for which an admin process that was told at the same moment is given a while; else it is drift.
 */
export async function reloadGateway(
  loaded: LoadResult,
  take: (settings: Settings) => Promise<void>,
  follower: Pick<Follower, 'obeysFile' | 'tookFile' | 'agreesWith'>,
): Promise<Reloaded> {
  if (!loaded.ok || follower.obeysFile(loaded.settings.revision)) {
    const reloaded = await reloadFrom(loaded, take);
    if (reloaded.kind === 'reloaded' && loaded.ok) follower.tookFile(loaded.config);
    return reloaded;
  }
  const agreement = await follower.agreesWith(loaded);
  if (agreement.kind === 'differs') return { kind: 'refused', reason: agreement.reason, errors: [] };
  return { kind: 'reloaded', revision: agreement.revision, warnings: loaded.warnings.length };
}

export function sayReloaded(log: Log, reloaded: Reloaded): void {
  if (reloaded.kind === 'reloaded') {
    const { revision, warnings } = reloaded;
    log.say('info', { revision, warnings }, 'configuration reloaded');
    return;
  }
  const { errors, reason } = reloaded;
  const message = 'configuration not reloaded, the old one stays in force';
  if (errors.length > 0) log.say('error', { errors }, `${message}:\n${formatLocated([...errors])}`);
  else log.say('error', { error: reason }, message);
}
