/** Spares the work of a proposal while neither the configuration nor the uncovered addresses change. */
import type { Settings } from '../../../../config/settings.ts';
import type { ProposedRule } from '../../words.ts';
import type { Propose, Uncovered } from '../words.ts';

/** After so many rounds rules that could not be found are looked for again: by then other examples are known. */
const PATIENCE = 10;

interface Remembered {
  key: string;
  settings: Settings;
  rules: (ProposedRule | null)[];
  rounds: number;
}

export function remembering(propose: Propose): Propose {
  let last: Remembered | null = null;
  return (uncovered, situation, bystanders) => {
    if (uncovered.length === 0) return [];
    const key = JSON.stringify(uncovered.map(identity));
    if (last === null || !holds(last, key, situation.settings))
      last = {
        key,
        settings: situation.settings,
        rules: propose(uncovered, situation, bystanders),
        rounds: 0,
      };
    return last.rules;
  };
}

function holds(last: Remembered, key: string, settings: Settings): boolean {
  last.rounds += 1;
  if (last.key !== key || last.settings !== settings) return false;
  return !last.rules.includes(null) || last.rounds <= PATIENCE;
}

function identity({ host, pathShape, template, isUnnamed }: Uncovered): string {
  return JSON.stringify([host, pathShape, template, isUnnamed]);
}
