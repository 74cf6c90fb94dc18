/** What was typed after `headgate rehearse`, each option right by itself; and whether they go together. */
import type { PlatformPlan } from '../words.ts';

export interface Typed {
  form?: 'as-it-happened' | 'mended';
  asItHappened?: boolean;
  mended?: boolean;
  list?: boolean;
  schema?: boolean;
  config?: string;
  target?: string;
  launch?: string;
  compress?: number;
  visitors?: number;
  seed: number;
  json?: boolean;
  html?: string;
  out?: string;
  compare?: string;
  findCapacity?: boolean;
  platform?: PlatformSetting;
  forecast?: boolean;
  invited?: number;
  waves?: readonly Wave[];
  log?: string;
  limits?: readonly LimitsTyped[];
  dry?: boolean;
}

export type PlatformSetting = Partial<Pick<PlatformPlan, 'databaseConnections' | 'queryMs'>>;

/** Limits that are looked at beside others; null: none. */
export interface LimitsTyped {
  sessions: number | null;
  admissionsPerMinute: number | null;
}

/** A mail that goes out so long after the beginning, to so many. */
export interface Wave {
  atSeconds: number;
  readers: number;
}

/** One of what is done in place of a rehearsal. */
const INSTEAD = ['list', 'schema', 'dry', 'forecast', 'findCapacity'] as const;
/** Options that need one of these beside them. */
const NEEDS: ReadonlyArray<readonly [keyof Typed, readonly (keyof Typed)[], string]> = [
  ['invited', ['forecast'], 'tells how many were invited'],
  ['waves', ['forecast'], 'tells when mails go out'],
  ['log', ['forecast'], 'takes the arrivals of a former launch'],
  ['limits', ['forecast'], 'are looked at in a forecast'],
  ['platform', ['findCapacity'], 'sets the demo platform whose capacity is looked for'],
];
/** Options that say nothing beside the other. */
const APART: ReadonlyArray<readonly [keyof Typed, keyof Typed, string]> = [
  ['platform', 'target', 'a target is as it is, only the demo platform can be set'],
  ['invited', 'log', 'a log tells who came'],
  ['waves', 'log', 'a log tells when they came'],
  ['target', 'forecast', 'a forecast sends nothing, to no target'],
  ['compare', 'forecast', 'a forecast is no report of a rehearsal'],
  ['html', 'findCapacity', 'what was found is told as text, as --json, or in the file of --out'],
  ['compare', 'findCapacity', 'what a platform bears is compared with no rehearsal'],
  ['compress', 'findCapacity', 'a platform bends at its own pace'],
  ['html', 'dry', 'nothing is sent, so there is no report'],
  ['out', 'dry', 'nothing is sent, so there is no report'],
  ['compare', 'dry', 'nothing is sent, so there is no report'],
];

/** Null: they do; else a sentence that says what is right. */
export function wrongUse(typed: Typed): string | null {
  const forms = [typed.form === undefined ? null : '--form', typed.asItHappened && '--as-it-happened'];
  const namedForms = [...forms, typed.mended && '--mended'].filter(Boolean);
  if (namedForms.length > 1) return `name one of ${namedForms.join(' and ')}`;
  const instead = INSTEAD.filter((name) => typed[name] === true).map(flagOf);
  if (instead.length > 1) return `name one of ${instead.join(' and ')}`;
  for (const [name, others, what] of NEEDS)
    if (typed[name] !== undefined && others.every((other) => !typed[other]))
      return `${flagOf(name)} ${what}: say ${others.map(flagOf).join(' or ')}, too`;
  for (const [one, other, why] of APART)
    if (typed[one] !== undefined && typed[other] !== undefined)
      return `name one of ${flagOf(one)} and ${flagOf(other)}: ${why}`;
  return null;
}

/** The form that was asked for; null: the scenario's first, where it has forms. */
export function formOf({ form, asItHappened, mended }: Typed): Typed['form'] | null {
  if (asItHappened === true) return 'as-it-happened';
  return mended === true ? 'mended' : (form ?? null);
}

function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
