/** Judges one form of a scenario: first by the schema, then what is sound of it by the laws between its values. */
import type { Finding, Path } from '../../../config/located.ts';
import { quote } from '../../../config/located.ts';
import { isRecord, schemaJudge } from '../../../config/schema-judge.ts';
import { suggestion } from '../../../config/suggest.ts';
import { isPlain } from '../../stage/stage-config.ts';
import { judgeLaws, type LawContext, type Sound } from './laws.ts';
import { ARRIVALS, type Shape } from './schema/arrivals.ts';
import { PlayedSchema, type Written } from './schema.ts';

const played = schemaJudge(PlayedSchema);
const shapes = Object.fromEntries(
  Object.entries(ARRIVALS).map(([shape, schema]) => [shape, schemaJudge(schema)]),
) as Record<Shape, ReturnType<typeof schemaJudge>>;

export type ScenarioJudged = { findings: readonly Finding[]; written: Written };

/** `written` is whole where there are no findings. */
export function judgeScenario(value: unknown, contextOf: (sound: Sound) => LawContext): ScenarioJudged {
  const judged = played.judge(value);
  const found = [...judged.findings, ...arrivalFindings(judged.value)];
  const sound = soundParts(judged.value, found);
  const written = judged.value as Written;
  if (sound === null) return { findings: found, written };
  return { findings: [...found, ...judgeLaws(sound, contextOf(sound))], written };
}

/** Each group's arrivals by the schema of the shape that it names. */
function arrivalFindings(value: unknown): Finding[] {
  if (!isRecord(value) || !isRecord(value.visitors)) return [];
  return Object.entries(value.visitors).flatMap(([name, group]) => {
    const arrive = isPlain(group) ? group.arrive : undefined;
    if (!isPlain(arrive) || !isShape(arrive.shape)) return [];
    const path: Path = ['visitors', name, 'arrive'];
    return shapes[arrive.shape]
      .judge(arrive)
      .findings.map((one) => ({ ...one, path: [...path, ...one.path] }));
  });
}

function isShape(shape: unknown): shape is Shape {
  return typeof shape === 'string' && Object.hasOwn(ARRIVALS, shape);
}

/** Sections whose entries stand by themselves: one that is wrong is left out, and the others are judged on. */
const ENTRIES = ['visitors', 'expect', 'moments'];

/** Null: what is wrong is not one entry's. */
function soundParts(value: unknown, findings: readonly Finding[]): Sound | null {
  if (!isRecord(value)) return null;
  const wrong = findings.filter(({ path }) => path[0] !== 'title' && path[0] !== 'summary');
  if (wrong.some(({ path }) => path.length < 2 || !ENTRIES.includes(String(path[0])))) return null;
  const isWrong = (section: string, key: string | number) =>
    wrong.some(({ path }) => path[0] === section && path[1] === key);
  const entriesOf = (section: string) =>
    Object.fromEntries(
      Object.entries(isRecord(value[section]) ? value[section] : {}).filter(
        ([key]) => !isWrong(section, key),
      ),
    );
  const moments = Array.isArray(value.moments) ? value.moments : [];
  const sound = {
    ...value,
    visitors: entriesOf('visitors'),
    expect: entriesOf('expect'),
    moments: moments.map((moment, index) => (isWrong('moments', index) ? null : moment)),
  };
  played.fill(sound);
  return sound as unknown as Sound;
}

/** Names in a form's `failsBy` that are no checks of it. */
export function failsByFindings(failsBy: readonly unknown[], expect: unknown): Finding[] {
  const checks = isRecord(expect) ? Object.keys(expect) : [];
  return failsBy.flatMap((name, index) => {
    if (typeof name !== 'string' || checks.includes(name)) return [];
    const text = `${quote(name)} is no check under expect${suggestion(name, checks)}`;
    return [{ path: ['failsBy', index], rule: 'unknown-check', text }];
  });
}
