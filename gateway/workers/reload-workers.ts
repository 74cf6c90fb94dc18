/** One configuration for all workers: judged once before any of them is told, so that a wrong one changes none. */
import type { LoadResult } from '../../config/load.ts';
import type { Settings } from '../../config/settings.ts';
import { loadPages } from '../compose.ts';
import { type Reloaded, refuseUnlessReloadable, reloadFrom } from '../reload.ts';
import type { Worker } from './fork-worker.ts';

/** Keys and templates are read again, and rooms told to the store. */
const RELOAD_MS = 30_000;

/** `inForce` is told of a configuration as soon as one worker may have it: a worker that starts takes it as well. */
export async function reloadWorkers(
  loaded: LoadResult,
  settings: Settings,
  workers: ReadonlyMap<number, Worker>,
  inForce: (next: Extract<LoadResult, { ok: true }>) => void,
): Promise<Reloaded> {
  return reloadFrom(loaded, async (next) => {
    refuseUnlessReloadable(settings, next);
    loadPages(next);
    if (!loaded.ok) return;
    const text = loaded.source;
    const answers = await Promise.all(
      [...workers].map(([number, worker]) => reloadOne(number, worker, text)),
    );
    const refused = answers.filter((answer) => answer !== null);
    if (refused.length < answers.length || answers.length === 0) inForce(loaded);
    if (refused.length > 0) throw new Error(`${refused.join('; ')} (${refused.length} of ${answers.length})`);
  });
}

/** Null: all run this revision of the admin process; else who does not, and why. */
export async function catchUpWorkers(
  revision: number,
  workers: ReadonlyMap<number, Worker>,
): Promise<string | null> {
  const asked = [...workers].map(async ([number, worker]) => {
    const reason = await worker
      .ask('catchUp', { revision }, RELOAD_MS)
      .catch((error: Error) => error.message);
    return reason === null ? [] : [`worker ${number}: ${reason}`];
  });
  const lacking = (await Promise.all(asked)).flat();
  return lacking.length === 0 ? null : lacking.join('; ');
}

/** Null: the worker runs on it. */
async function reloadOne(number: number, worker: Worker, text: string): Promise<string | null> {
  try {
    const reloaded = await worker.ask('reload', { text }, RELOAD_MS);
    return reloaded.kind === 'reloaded' ? null : `worker ${number}: ${reloaded.reason}`;
  } catch (error) {
    return `worker ${number}: ${(error as Error).message}`;
  }
}
