/** Reads a configuration: either settings to run on, or every fault with its place. Never throws, never answers half. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkConfig } from './check.ts';
import { judge } from './consistency.ts';
import { derive } from './derive.ts';
import { applyOverrides, readEnvironment, withOverrides } from './environment.ts';
import { byPlace, type Located, locate, type Positions } from './located.ts';
import { overriddenFindings } from './overridden.ts';
import type { Config } from './schema.ts';
import type { Settings } from './settings.ts';
import { readTextFile } from './text-file.ts';
import { validate } from './validate.ts';
import { readYaml } from './yaml-source.ts';

export type { Located } from './located.ts';
export { formatLocated } from './located.ts';

export type LoadResult =
  | {
      ok: true;
      settings: Settings;
      /** As written, with the variables' values and the schema's defaults filled in. */
      config: Config;
      /** The text that was read. */
      source: string;
      warnings: Located[];
      /** Places of what was written. */
      positions: Positions;
    }
  | { ok: false; errors: Located[]; warnings: Located[] };

/** What runs without a configuration. */
export const DEFAULT_FILE = fileURLToPath(new URL('./default.yaml', import.meta.url));

export function loadConfig(file: string, env: NodeJS.ProcessEnv): LoadResult {
  const read = readTextFile(file, 'a configuration');
  return read.ok ? parseConfig(read.text, file, env) : failed([fileFault(file, read.reason)]);
}

/** What runs without a configuration file: rooms for the demo platform, or for the one that HEADGATE_UPSTREAM names. */
export function defaultConfig(env: NodeJS.ProcessEnv): LoadResult {
  return parseConfig(readFileSync(DEFAULT_FILE, 'utf8'), DEFAULT_FILE, env);
}

export interface ParseOptions {
  /** Changes the plain values before they are judged: pins, a revision's number. */
  amend?: (written: unknown) => void;
  /** Where files that the configuration names are looked for; beside `file` unless it is said. */
  folder?: string;
}

/** `file` is named in messages. */
export function parseConfig(
  text: string,
  file: string,
  env: NodeJS.ProcessEnv,
  { amend, folder = dirname(resolve(file)) }: ParseOptions = {},
): LoadResult {
  const source = readYaml(text, file);
  if (!source.ok) return failed(source.faults);
  amend?.(source.value);
  const environment = readEnvironment(env, source.value);
  const hidden = overriddenFindings(source.value, environment.overrides);
  applyOverrides(source.value, environment.overrides);
  const positions = withOverrides(source.positions, environment.overrides);
  const { findings, names, draft } = validate(source.value);
  const all = [...findings, ...judge(draft, { names, folder }, findings)];
  const errors = [
    ...[...source.faults, ...environment.faults],
    ...hidden.map((one) => locate(one, source.positions)),
    ...all.map((one) => locate(one, positions)),
  ];
  if (errors.length > 0) return failed(errors);
  // No finding: nothing was left out of the draft.
  const config = draft as Config;
  const settings = derive(config, environment.dataPath, folder);
  return { ok: true, settings, config, source: text, warnings: checkConfig(settings, positions), positions };
}

function failed(errors: Located[]): LoadResult {
  return { ok: false, errors: errors.sort(byPlace), warnings: [] };
}

function fileFault(file: string, reason: string): Located {
  return { file, line: 1, column: 1, path: '', message: `${file} ${reason}`, rule: 'file' };
}
