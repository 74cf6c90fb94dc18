/** `headgate rehearse`: what was typed is played, judged and told; resolves with the exit code. */
import { playOnDemo } from '../play/play-on-demo.ts';
import type { RehearsalReport } from '../report-words.ts';
import { builtInScenarios } from '../scenario/built-in.ts';
import { scenarioJsonSchema } from '../scenario/json-schema.ts';
import type { Scenario } from '../words.ts';
import { judgeSize } from './bounded.ts';
import { capacityCommand } from './capacity.ts';
import { chooseScenario, scenarioList } from './choose.ts';
import { type Configured, readConfigured, targetOf } from './configured.ts';
import { dryRun, dryText } from './dry.ts';
import { forecastCommand } from './forecast.ts';
import { foreseeing } from './foreseen.ts';
import { type Performance, playOnTarget } from './on-target.ts';
import type { CommandParts } from './parts.ts';
import { createProgress } from './progress.ts';
import { judgePaths, reportBefore, writeReports } from './reports.ts';
import { summaryOf } from './summary.ts';
import type { Typed } from './typed.ts';
import { WrongUse } from './wrong-use.ts';

export async function rehearseCommand(
  name: string | undefined,
  typed: Typed,
  parts: CommandParts,
): Promise<number> {
  try {
    return await rehearse(name, typed, parts);
  } catch (error) {
    if (!(error instanceof WrongUse)) throw error;
    parts.stderr.write(`headgate rehearse: ${error.message}\n`);
    return 2;
  }
}

/** The environment's configuration names targets and launches; a scenario on the demo has one of its own, unless another is typed. */
function configFile({ config, target, launch }: Typed, env: NodeJS.ProcessEnv): string | undefined {
  const isAsked = target !== undefined || launch !== undefined;
  return config ?? (isAsked ? env.HEADGATE_CONFIG : undefined);
}

async function rehearse(name: string | undefined, typed: Typed, parts: CommandParts): Promise<number> {
  const say = (lines: readonly string[]) => void parts.stdout.write(`${lines.join('\n')}\n`);
  if (typed.list === true) {
    say(typed.json === true ? [JSON.stringify(builtInScenarios(), null, 2)] : scenarioList());
    return 0;
  }
  if (typed.schema === true) {
    say([JSON.stringify(scenarioJsonSchema(), null, 2)]);
    return 0;
  }
  await judgePaths(typed);
  const configured = readConfigured(configFile(typed, parts.env), parts.env);
  const target = typed.target === undefined ? null : targetOf(typed.target, configured);
  if (typed.findCapacity === true) return capacityCommand(name, typed, { configured, target }, parts);
  const scenario = chooseScenario(name, typed, configured);
  if (typed.forecast !== true) judgeSize(scenario, typed);
  if (typed.forecast === true) return forecastCommand(scenario, typed, parts);
  const performed = performanceOf(scenario, typed, target !== null);
  if (typed.dry === true) {
    const dry = await dryRun({ ...performed, target, configured });
    say(typed.json === true ? [JSON.stringify(dry, null, 2)] : dryText(dry));
    return dry.rails.allowed ? 0 : 2;
  }
  const dataPath = parts.env.HEADGATE_DATA || './data';
  const last = await reportBefore(typed, dataPath, scenario.name);
  const onScene = createProgress(scenario, parts.stderr, parts.nowMs);
  // A built-in scenario's limits are not those of the target's gate.
  const isForeseen = target === null || name === undefined;
  const complete = isForeseen ? foreseeing(scenario, performed) : (report: RehearsalReport) => report;
  const report =
    target === null
      ? complete(await onDemo({ ...performed, onScene }, parts))
      : await playOnTarget(target, configured as Configured, { ...performed, onScene, complete }, parts);
  const complain = (sentence: string) => void parts.stderr.write(`headgate rehearse: ${sentence}\n`);
  const written = await writeReports(report, last, typed, { dataPath, complain });
  say(typed.json === true ? [JSON.stringify(report, null, 2)] : ['', ...summaryOf(report, written)]);
  return report.verdict === 'held' ? 0 : 1;
}

/** A target's gate keeps its own pace: there, nothing is faster unless it is asked for. */
function performanceOf(
  scenario: Scenario,
  { compress, visitors, seed, launch }: Typed,
  isTarget: boolean,
): Omit<Performance, 'onScene' | 'complete'> {
  return {
    ...{ scenario, seed, visitors: visitors ?? null, launch: launch ?? null },
    compress: compress ?? (isTarget ? 1 : scenario.compress),
  };
}

function onDemo(
  { scenario, ...performed }: Omit<Performance, 'complete'>,
  parts: CommandParts,
): Promise<RehearsalReport> {
  parts.stderr.write(`setting the stage for ${scenario.title}\n`);
  return playOnDemo(scenario, { ...performed, signal: parts.signal });
}
