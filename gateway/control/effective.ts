/** What a published document means for one gateway: which revision it is to run, read with the pins and kept on its own sockets. */
import type { LoadResult, Located } from '../../config/load.ts';
import { formatLocated, parseConfig } from '../../config/load.ts';
import { applyPins } from '../../config/pins.ts';
import type { Config } from '../../config/schema.ts';
import type { Settings } from '../../config/settings.ts';
import { keepStructure } from '../../config/structural-change.ts';
import type { Published, RevisionText } from './words.ts';

export interface Effective {
  settings: Settings;
  config: Config;
  warnings: number;
}

/** `folder`: of the files that a configuration names. */
export interface Surroundings {
  folder: string;
  env: NodeJS.ProcessEnv;
  /** What holds from the start of the process: sockets, store, data. */
  running: Settings;
}

/** A gateway runs the staged revision where it is one of the first, else the active one. */
export function revisionFor(document: Published, gateway: string): RevisionText {
  return document.staged?.gateways.includes(gateway) ? document.staged : document.active;
}

/** Two documents mean the same to a gateway when these are equal. */
export function meaningOf(document: Published, gateway: string): string {
  const { number } = revisionFor(document, gateway);
  return JSON.stringify([number, document.pins.map(({ path, value }) => [path, value])]);
}

export function effective(
  { number, config }: RevisionText,
  pins: Published['pins'],
  { folder, env, running }: Surroundings,
): { kind: 'good'; effective: Effective } | { kind: 'wrong'; reason: string; errors: readonly Located[] } {
  const loaded: LoadResult = parseConfig(config, `revision ${number}`, env, {
    folder,
    amend: (written) => amend(written, number, pins),
  });
  if (!loaded.ok) return { kind: 'wrong', reason: formatLocated(loaded.errors), errors: loaded.errors };
  const settings = keepStructure(loaded.settings, running);
  return {
    kind: 'good',
    effective: { settings, config: loaded.config, warnings: loaded.warnings.length },
  };
}

function amend(written: unknown, number: number, pins: Published['pins']): void {
  applyPins(written, pins);
  if (typeof written === 'object' && written !== null) (written as { revision: number }).revision = number;
}
