/** Which decisions are made, only said, or left alone. */
import type { ProtectionSettings } from '../../config/settings.ts';
import type { DecisionMode } from './words.ts';

type Decision = keyof ProtectionSettings['decisions'];

/** A decision's own word, or that of the whole protection. */
export function modeOf({ mode, decisions }: ProtectionSettings, decision: Decision): DecisionMode {
  return decisions[decision] ?? mode;
}

/** Nothing at all is decided, so that nothing need be watched. */
export function isOff(settings: ProtectionSettings): boolean {
  const decisions = Object.keys(settings.decisions) as Decision[];
  return decisions.every((decision) => modeOf(settings, decision) === 'off');
}
