/** The one source of a scenario file's shape, types, defaults and reference, as JSON Schema. */
import { type Static, Type } from 'typebox';
import { closed } from '../../../config/schema/words.ts';
import { ExpectSection } from './schema/expect.ts';
import { MomentsSection } from './schema/moments.ts';
import { StageSection } from './schema/stage.ts';
import { VisitorsSection } from './schema/visitors.ts';
import { time } from './times.ts';

export const FORMS = ['as-it-happened', 'mended'] as const;

const played = {
  title: Type.String({ minLength: 1, maxLength: 200, description: 'what it is called in lists and reports' }),
  summary: Type.String({
    default: '',
    maxLength: 2000,
    description: 'what happened, and what is played of it',
  }),
  seconds: time('how long it is played'),
  compress: Type.Number({
    default: 6,
    minimum: 0.1,
    maximum: 100,
    description: 'how many times faster than told it is played where nobody says otherwise',
  }),
  stage: StageSection,
  visitors: VisitorsSection,
  moments: MomentsSection,
  expect: ExpectSection,
};

const FailsBy = Type.Array(Type.String(), {
  default: [],
  description: 'names of the checks that this form must fail by; empty: all must hold',
});

/** One form of it: the file with the form's patch laid over. */
export const PlayedSchema = Type.Object(played, closed);
export type Written = Static<typeof PlayedSchema>;

const FormPatch = Type.Unsafe<Record<string, unknown>>({
  type: 'object',
  properties: { failsBy: FailsBy },
  description: 'laid over the file as a merge patch (RFC 7386): null takes a key away',
});

/** The forms alone; all else is judged with a form laid over it. */
export const FormsSchema = Type.Object({
  forms: Type.Optional(
    Type.Object(Object.fromEntries(FORMS.map((form) => [form, Type.Optional(FormPatch)])), {
      ...closed,
      minProperties: 1,
      description: 'the same story as it went wrong, and mended',
    }),
  ),
});

/** The whole file, for editors and the reference. */
export const ScenarioSchema = Type.Object(
  { ...played, ...FormsSchema.properties },
  { ...closed, $id: 'https://headgate.example/scenario.schema.json', title: 'Headgate rehearsal scenario' },
);
