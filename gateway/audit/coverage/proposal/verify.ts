/** Tries proposed rules: the configuration must be right, the examples must land in their rooms, and nothing else may move. */
import type { Settings } from '../../../../config/settings.ts';
import type { AddressCount } from '../../../control/words.ts';
import { isInside } from '../inside.ts';
import { firstFolder, readTarget } from '../target.ts';
import type { Judge, JudgeOf, ParseText, Uncovered } from '../words.ts';
import { insertRules, type Placed } from './config-text.ts';

export interface Trial {
  config: string;
  settings: Settings;
  judgeOf: JudgeOf;
  parse: ParseText;
  bystanders: readonly AddressCount[];
}

/** More bystanders than these take longer than they are worth. */
const BYSTANDERS = 100;

/** The text with the rules; null where it would not do. */
export function tryRules(
  placed: readonly Placed[],
  uncovered: readonly Uncovered[],
  trial: Trial,
): string | null {
  const text = insertRules(trial.config, placed);
  const settings = text === null ? null : trial.parse(text);
  if (settings === null) return null;
  const judge = trial.judgeOf(settings);
  const land = uncovered.every((one) => lands(one, judge, settings));
  return land && !movesOthers(judge, uncovered, trial) ? text : null;
}

export function lands({ host, examples }: Uncovered, judge: Judge, settings: Settings): boolean {
  return examples.every(({ target, room }) => {
    const judged = judge(readTarget(host, target));
    return judged.room !== null && isInside(judged.room, room, settings);
  });
}

/** Whether something moves that was no part of it. */
function movesOthers(judge: Judge, uncovered: readonly Uncovered[], trial: Trial): boolean {
  const now = trial.judgeOf(trial.settings);
  const addresses = new Set(uncovered.map(({ host, pathShape }) => `${host}${pathShape}`));
  const folders = new Set(uncovered.map(({ pathShape }) => firstFolder(pathShape)));
  return trial.bystanders.slice(0, BYSTANDERS).some(({ host, pathShape, examples }) => {
    if (addresses.has(`${host}${pathShape}`)) return false;
    return examples.some((example) => {
      const asked = readTarget(host, example);
      const before = now(asked);
      // The pages behind an address that a bypass let past are to follow it.
      if (before.kind === 'bypass' && folders.has(firstFolder(pathShape))) return false;
      return judge(asked).room !== before.room;
    });
  });
}
