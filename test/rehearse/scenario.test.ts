/** Scenario files: each fault is told at its line, and what is left unsaid has its meaning. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { builtInFile, builtInScenarios } from '../../load-tests/rehearse/scenario/built-in.ts';
import { scenarioJsonSchema } from '../../load-tests/rehearse/scenario/json-schema.ts';
import {
  parseScenario,
  readScenario,
  ScenarioErrors,
} from '../../load-tests/rehearse/scenario/read-scenario.ts';
import { scenarioReferencePage } from '../../load-tests/rehearse/scenario/reference.ts';
import { faultsOf, markedScenarios, SMALLEST } from './marked-scenarios.ts';

const corpus = markedScenarios();
const smallest = Object.values(SMALLEST).join('\n');
const read = (text: string, options = {}) => parseScenario(`${smallest}\n${text}`, 'story.yaml', options);

it('has a large corpus of wrong files', () => {
  expect(corpus.length).toBeGreaterThanOrEqual(50);
  expect(corpus.every(({ wanted }) => wanted.length > 0)).toBe(true);
});

describe('a wrong scenario is refused, with each fault once and at its line', () => {
  test.each(corpus)('$name', ({ text, wanted }) => {
    const errors = faultsOf(() => parseScenario(text, 'story.yaml'));
    const told = errors.map(({ line, rule }) => `${line} ${rule}`).sort();
    expect(told, errors.map(({ message }) => message).join('\n')).toEqual(wanted);
    for (const { file, line, column, message } of errors) {
      expect(file).toBe('story.yaml');
      expect(column).toBeGreaterThanOrEqual(1);
      expect(line === 1 || message.includes(`(story.yaml:${line})`), message).toBe(true);
    }
  });
});

test('files that a scenario’s configuration names lie beside the scenario', () => {
  const gate =
    'upstreams: { platform: { targets: ["http://127.0.0.1:9"] } }, default: { room: a, upstream: platform }';
  const text = `${smallest}
stage: { config: { rooms: { a: { page: { logo: logo.svg } } }, ${gate} } }
moments: [{ at: 1, says: a, deploy: { rooms: { a: { page: { templates: pages, logo: logo.svg } } } } }]`;
  const folder = mkdtempSync(join(tmpdir(), 'scenario-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'logo.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  mkdirSync(join(folder, 'pages'));
  const { stage, moments } = parseScenario(text, join(folder, 'story.yaml'));
  const logo = join(folder, 'logo.svg');
  expect(stage.config.rooms).toEqual({ a: { page: { logo } } });
  expect(moments[0]?.does).toMatchObject({
    config: { rooms: { a: { page: { logo, templates: join(folder, 'pages') } } } },
  });
});

describe('a fault is told in words that help', () => {
  it('with the word that was probably meant', () => {
    const [fault] = faultsOf(() => read('moments: [{ at: 1, says: a, platform-restart: plattform }]'));
    expect(fault?.message).toBe(
      'moments[0].platform-restart: "plattform" is no platform of the stage; did you mean "platform"? (story.yaml:5)',
    );
  });

  it('at the path where a form wrote it', () => {
    const [fault] = faultsOf(() => read('forms: { mended: { stage: { gateways: 2 } } }'));
    expect(fault?.path).toBe('forms.mended.stage.gateways');
  });

  it('where a file is not there, and no built-in scenario has the name', () => {
    expect(() => readScenario('nowhere.yaml')).toThrow('nowhere.yaml does not exist');
    expect(() => readScenario('lunch')).toThrow(
      'lunch is no built-in scenario, and no file; did you mean "launch"?',
    );
    expect(() => readScenario('august')).toThrow('did you mean "august-2018"?');
    expect(() => readScenario('launch', { form: 'mended' })).toThrow(ScenarioErrors);
  });
});

describe('what is left unsaid', () => {
  it('a moment is done at the first platform, and moments are in order', () => {
    const { moments } = read(
      'moments: [{ at: 30s, says: b, platform: { slowFactor: 2 } }, { at: 5, says: a, platform-restart: platform }]',
    );
    expect(moments.map(({ atSeconds, does }) => [atSeconds, does])).toEqual([
      [5, { kind: 'platform-restart', platform: 'platform' }],
      [30, { kind: 'platform', platform: 'platform', mode: { slowFactor: 2 } }],
    ]);
  });

  it('a check is of the worst value, over the whole scenario', () => {
    expect(read('').expectations).toEqual([
      expect.objectContaining({
        ...{ name: 'quick', over: 'most', fromSeconds: 0, untilSeconds: 60 },
        bound: { kind: 'at-most', value: 100 },
      }),
    ]);
  });

  it('visitors behave as their kind does', () => {
    const groups = (kind: string) =>
      parseScenario(
        `${SMALLEST.title}\n${SMALLEST.seconds}\n${SMALLEST.expect}\nvisitors: { guests: { kind: ${kind}, addresses: ["http://a.example/"], arrive: { shape: step, perMinute: 1 } } }`,
        'story.yaml',
      ).groups[0]?.behaviour;
    expect(groups('browser')).toMatchObject({ fillsForm: true, comesWhenCalled: true, numbers: 1 });
    expect(groups('bot')).toMatchObject({ fillsForm: false, comesWhenCalled: false, numbers: 10 });
  });

  it('the gate is configured as it is without a configuration', () => {
    expect(Object.keys(read('').stage.config.rooms as object)).toEqual(['event-{eventid}', 'platform']);
  });
});

describe('forms', () => {
  const story = `compress: 3
forms:
  as-it-happened: { failsBy: [quick], stage: { platforms: { platform: { queryMs: 500 } } } }
  mended: { compress: 4, expect: { calm: { figure: gate.alarms, equals: 0 } } }`;

  it('are the file with their patch laid over it', () => {
    const [before, after] = [read(story, { form: 'as-it-happened' }), read(story, { form: 'mended' })];
    expect([before.compress, after.compress]).toEqual([3, 4]);
    expect([before.stage.platforms[0]?.queryMs, after.stage.platforms[0]?.queryMs]).toEqual([500, 20]);
    expect(after.expectations.map(({ name }) => name)).toEqual(['quick', 'calm']);
    expect([before.failsBy, after.failsBy]).toEqual([['quick'], []]);
  });

  it('it is played as it happened where nobody says otherwise', () => {
    expect(read(story).form).toBe('as-it-happened');
    expect(read('').form).toBe(null);
  });
});

describe('the scenarios that come with it', () => {
  const forms = builtInScenarios().flatMap(({ name, forms }) =>
    (forms.length === 0 ? [undefined] : forms).map((form) => ({ name, form })),
  );

  test.each(forms)('$name can be played $form', ({ name, form }) => {
    const scenario = readScenario(name, form === undefined ? {} : { form });
    expect(scenario.expectations.length).toBeGreaterThan(0);
    expect(scenario.failsBy.length > 0).toBe(form === 'as-it-happened');
  });

  it('docs/scenarios.md is what the schema says (npm exec -- node load-tests/rehearse/scenario/reference.ts --write)', () => {
    const page = readFileSync(new URL('../../docs/scenarios.md', import.meta.url), 'utf8');
    expect(page).toBe(scenarioReferencePage());
  });

  it('the schema for editors takes each as it is written, and refuses what is none', () => {
    const accepts = new Ajv({ strict: false, validateFormats: false }).compile(scenarioJsonSchema());
    for (const { name } of forms)
      expect(accepts(parse(readFileSync(builtInFile(name), 'utf8'))), JSON.stringify(accepts.errors)).toBe(
        true,
      );
    expect(accepts({ title: 'a', seconds: 1, visitors: {}, expect: {} })).toBe(false);
  });
});
