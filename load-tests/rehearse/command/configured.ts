/** Reads the gate's configuration that a rehearsal is of, and finds in it what was named. */
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { formatLocated, loadConfig } from '../../../config/load.ts';
import type { Launch, Settings } from '../../../config/settings.ts';
import { suggestion } from '../../../config/suggest.ts';
import { filesBeside } from '../../stage/files-beside.ts';
import { type Plain, sectionOf } from '../../stage/stage-config.ts';
import { findTarget } from '../rails/named.ts';
import type { NamedTarget } from '../rails/words.ts';
import { WrongUse } from './wrong-use.ts';

export interface Configured {
  file: string;
  settings: Settings;
  /** As it was written, but for relative paths of files, which are whole. */
  plain: Plain;
}

/** Null: none was named. Throws WrongUse where it cannot be used. */
export function readConfigured(file: string | undefined, env: NodeJS.ProcessEnv): Configured | null {
  if (file === undefined || file === '') return null;
  const loaded = loadConfig(file, env);
  if (!loaded.ok) throw new WrongUse(`${file} cannot be rehearsed:`, formatLocated(loaded.errors).trimEnd());
  const plain = filesBeside(sectionOf(parse(loaded.source)), dirname(resolve(file)));
  return { file, settings: loaded.settings, plain };
}

export function targetOf(name: string, configured: Configured | null): NamedTarget {
  if (configured === null)
    throw new WrongUse(
      '--target needs the configuration that names it under rehearsal.targets: say --config <file>',
    );
  const found = findTarget(name, configured.settings);
  if (found.kind === 'refused') throw new WrongUse(`${found.because} (${configured.file})`);
  return found.target;
}

export function launchOf(name: string, configured: Configured | null): Launch {
  if (configured === null)
    throw new WrongUse('--launch needs the configuration that has it: say --config <file>');
  const { launches } = configured.settings;
  const launch = launches.find((one) => one.name === name);
  if (launch !== undefined) return launch;
  const names = launches.map((one) => one.name);
  const known = names.length === 0 ? '; it has none' : suggestion(name, names);
  throw new WrongUse(`${configured.file} has no launch ${JSON.stringify(name)}${known}`);
}
