/** Judges the gate's configuration of a scenario as the gate would: its own faults, at the scenario's lines. Pure but for the files that a configuration names. */
import { judge } from '../../../config/consistency.ts';
import { type Finding, formatPath } from '../../../config/located.ts';
import { validate } from '../../../config/validate.ts';
import { mergePatch, onStage, type Plain, sectionOf } from '../../stage/stage-config.ts';
import { isFromPatch } from './form.ts';
import { placedInTime } from './placed-in-time.ts';

/** Where targets, store and keys will be is the stage's to say. */
const SOMEWHERE = 'http://127.0.0.1:9';
/** Any time will do: only the distances between times are judged. */
const BEGINS_AT_MS = Date.UTC(2030, 0, 1);

export interface GateContext {
  platforms: readonly string[];
  store: 'embedded' | 'redis';
  /** Where files that the configuration names are looked for. */
  folder: string;
}

/** Paths are the configuration's own. */
export function gateFindings(config: Plain, context: GateContext): Finding[] {
  const staged = onStage(placedInTime(config, BEGINS_AT_MS, 1), {
    targets: Object.fromEntries(context.platforms.map((name) => [name, [SOMEWHERE]])),
    redisUrl: context.store === 'redis' ? 'redis://127.0.0.1:6379' : null,
    keysFolder: context.folder,
  });
  const { findings, names, draft } = validate(structuredClone(staged));
  return [...findings, ...judge(draft, { names, folder: context.folder }, findings)];
}

/** What a patch breaks: at its own line where it wrote the value, else at the patch as a whole (`[]`). */
export function patchFindings(config: Plain, patch: Plain, context: GateContext): Finding[] {
  const known = new Set(gateFindings(config, context).map(keyOf));
  const patched = gateFindings(sectionOf(mergePatch(config, patch)), context);
  return patched.filter((finding) => !known.has(keyOf(finding))).map((finding) => atPatch(finding));

  function atPatch(finding: Finding): Finding {
    if (isFromPatch(config, patch, finding.path)) return finding;
    return {
      path: [],
      rule: finding.rule,
      text: `leaves ${formatPath(finding.path)} wrong: ${finding.text}`,
    };
  }
}

const keyOf = ({ path, rule }: Finding): string => JSON.stringify([path, rule]);
