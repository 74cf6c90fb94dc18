/** Chooses what is played: a built-in scenario, a file, or the launch that the configuration tells of. */
import { builtInScenarios } from '../scenario/built-in.ts';
import { readScenario, ScenarioErrors } from '../scenario/read-scenario.ts';
import { demoPlan, launchScenario } from '../target/launch-scenario.ts';
import type { Scenario } from '../words.ts';
import { type Configured, launchOf, targetOf } from './configured.ts';
import { formOf, type Typed } from './typed.ts';
import { WrongUse } from './wrong-use.ts';

export const DEFAULT_SCENARIO = 'launch';

/** Throws WrongUse. */
export function chooseScenario(
  name: string | undefined,
  typed: Typed,
  configured: Configured | null,
): Scenario {
  const scenario = name === undefined && typed.launch !== undefined ? null : (name ?? DEFAULT_SCENARIO);
  if (typed.launch !== undefined) launchOf(typed.launch, configured);
  return scenario === null ? ofLaunch(typed, configured!) : read(scenario, typed, configured);
}

function ofLaunch(typed: Typed, configured: Configured): Scenario {
  const launch = launchOf(typed.launch!, configured);
  if (formOf(typed) !== null) throw new WrongUse('a launch has no forms: name a scenario, too');
  if (launch.addresses.length === 0)
    throw new WrongUse(
      `launch ${JSON.stringify(launch.name)} has no addresses that visitors could come to: add them in ${configured.file}`,
    );
  const { settings, plain } = configured;
  const target = typed.target === undefined ? null : targetOf(typed.target, configured);
  const tells = target === null ? 'all' : target.stats === null ? 'visitors' : 'platform';
  return launchScenario(launch, { plan: demoPlan(settings, plain), tells });
}

function read(name: string, typed: Typed, configured: Configured | null): Scenario {
  const form = formOf(typed);
  // A target has a gate of its own; the configuration only names it.
  const base = typed.target === undefined ? configured : null;
  try {
    const scenario = readScenario(name, {
      ...(form === null ? {} : { form }),
      ...(base === null ? {} : { baseConfig: base.plain }),
    });
    refuseMoments(scenario, typed);
    return scenario;
  } catch (error) {
    if (!(error instanceof ScenarioErrors)) throw error;
    const isUnknown = error.errors[0]?.rule === 'file';
    throw new WrongUse(error.message, ...(isUnknown ? ['headgate rehearse --list tells all of them'] : []));
  }
}

/** Done at a target's real gate they would meet real visitors; left out, what is judged were another story. */
function refuseMoments({ name, moments: [first] }: Scenario, { target, findCapacity }: Typed): void {
  if (target === undefined || findCapacity === true || first === undefined) return;
  throw new WrongUse(
    `${name} has moments (“${first.says}”), which are done to the demo alone: play it without --target, or without its moments`,
  );
}

export function scenarioList(): string[] {
  const all = builtInScenarios();
  const width = Math.max(0, ...all.map(({ name }) => name.length));
  return all.map(({ name, title, forms }) => {
    const told = forms.length === 0 ? '' : `  (${forms.join(', ')})`;
    return `${name.padEnd(width)}  ${title}${told}`;
  });
}
