/** Reads a scenario: either one that can be played, or every fault of its file with its place. */
import { readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { DEFAULT_FILE } from '../../../config/load.ts';
import { byPlace, type Finding, type Located, locate } from '../../../config/located.ts';
import { schemaJudge } from '../../../config/schema-judge.ts';
import { suggestion } from '../../../config/suggest.ts';
import { readTextFile } from '../../../config/text-file.ts';
import { readYaml } from '../../../config/yaml-source.ts';
import { filesBeside } from '../../stage/files-beside.ts';
import { isPlain, type Plain, sectionOf } from '../../stage/stage-config.ts';
import type { Form, Scenario } from '../words.ts';
import { builtInFile, builtInNames } from './built-in.ts';
import { type FormOfFile, formsOf } from './form.ts';
import { failsByFindings, judgeScenario, type ScenarioJudged } from './judge-scenario.ts';
import { FormsSchema } from './schema.ts';
import { toScenario } from './to-scenario.ts';

export interface ReadOptions {
  /** Absent: as it happened, where the scenario has forms. */
  form?: Form;
  /** A gate's configuration that takes the place of the scenario's own. */
  baseConfig?: Plain;
}

/** What is wrong with a scenario; its message is one line a fault. */
export class ScenarioErrors extends Error {
  readonly errors: readonly Located[];

  constructor(errors: readonly Located[]) {
    super(errors.map(({ message }) => message).join('\n'));
    this.name = 'ScenarioErrors';
    this.errors = errors;
  }
}

/** `scenario`: the name of a built-in one, or a YAML file. */
export function readScenario(scenario: string, options: ReadOptions = {}): Scenario {
  const isFile = /[/.]/.test(scenario);
  const known = builtInNames();
  if (!isFile && !known.includes(scenario))
    throw failed(scenario, 'file', `is no built-in scenario, and no file${suggestion(scenario, known)}`);
  const file = isFile ? scenario : builtInFile(scenario);
  const read = readTextFile(file, 'a scenario');
  if (!read.ok) throw failed(file, 'file', read.reason);
  return parseScenario(read.text, file, options);
}

/** `file` names the scenario, is named in messages, and what it refers to lies beside it. */
export function parseScenario(text: string, file: string, options: ReadOptions = {}): Scenario {
  const source = readYaml(text, file);
  if (!source.ok) throw new ScenarioErrors(source.faults.map(notAConfiguration));
  if (!isPlain(source.value)) throw failed(file, 'type', 'holds no keys and values');
  const folder = dirname(resolve(file));
  const { findings: wrongForms } = schemaJudge(FormsSchema).judge(structuredClone(source.value));
  const forms = formsOf(source.value).map((one) => ({
    ...one,
    ...judgeForm(one, folder, options.baseConfig),
  }));
  const findings = [...wrongForms, ...forms.flatMap(({ located }) => located)];
  const errors = [...source.faults, ...findings.map((one) => locate(one, source.positions))];
  if (errors.length > 0) throw new ScenarioErrors(onceEach(errors).sort(byPlace));
  const played = options.form === undefined ? forms[0] : forms.find(({ form }) => form === options.form);
  if (played === undefined) throw failed(file, 'form', `has no form ${options.form}`);
  const failsBy = played.failsBy.map(String);
  const { form, written, config } = played;
  return toScenario(written, { name: basename(file).replace(/\.ya?ml$/, ''), form, failsBy, folder, config });
}

interface JudgedForm extends ScenarioJudged {
  /** Findings at the paths where the file has the values. */
  located: readonly Finding[];
  config: Plain;
}

function judgeForm(
  { form, played, failsBy, writtenAt }: FormOfFile,
  folder: string,
  base?: Plain,
): JudgedForm {
  const own = sectionOf(sectionOf(played).stage).config;
  const config = base ?? (isPlain(own) ? own : defaultGate());
  const isOwnConfig = base === undefined && isPlain(own);
  const judged = judgeScenario(played, () => ({ folder, config, isOwnConfig }));
  const fails = failsByFindings(failsBy, sectionOf(played).expect);
  const located = [
    ...judged.findings.map((one) => ({ ...one, path: writtenAt(one.path) })),
    ...fails.map((one) => ({ ...one, path: ['forms', form ?? '', ...one.path] })),
  ];
  // As they were written they are judged, so that a message names them so.
  return { ...judged, located, config: isOwnConfig ? filesBeside(config, folder) : config };
}

function defaultGate(): Plain {
  return sectionOf(parse(readFileSync(DEFAULT_FILE, 'utf8')));
}

/** Forms share what neither of them patches. */
function onceEach(errors: readonly Located[]): Located[] {
  return [...new Map(errors.map((one) => [`${one.path} ${one.rule}`, one])).values()];
}

function notAConfiguration(fault: Located): Located {
  if (fault.rule !== 'empty') return fault;
  const message = `holds no scenario: it needs at least title, seconds, visitors and expect (${fault.file}:1)`;
  return { ...fault, message };
}

function failed(file: string, rule: string, text: string): ScenarioErrors {
  return new ScenarioErrors([{ file, line: 1, column: 1, path: '', message: `${file} ${text}`, rule }]);
}
