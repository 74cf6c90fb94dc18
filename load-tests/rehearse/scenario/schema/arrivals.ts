/** When visitors come, as a scenario's file writes it: one schema for each shape. */
import { type Static, Type } from 'typebox';
import { closed, MOST, nullable } from '../../../../config/schema/words.ts';
import { time } from '../times.ts';

const perMinute = (description: string) =>
  Type.Number({ minimum: 0, maximum: MOST.count, description: `${description}, a minute` });

const people = (description: string) =>
  Type.Integer({ minimum: 0, maximum: 10_000_000, description: `people ${description}` });

const shape = <const T extends string>(value: T, description: string) =>
  Type.Unsafe<T>({ type: 'string', enum: [value], description });

const from = time('when the first may come', 0);
const until = time('when the last may come; absent: the end of the scenario');

export const ARRIVALS = {
  step: Type.Object(
    {
      shape: shape('step', 'as many come all the time'),
      from,
      until: Type.Optional(until),
      perMinute: perMinute('visitors'),
    },
    closed,
  ),
  ramp: Type.Object(
    {
      shape: shape('ramp', 'ever more come, or ever fewer'),
      from,
      until: Type.Optional(until),
      fromPerMinute: perMinute('visitors at first'),
      toPerMinute: perMinute('visitors in the end'),
    },
    closed,
  ),
  email: Type.Object(
    {
      shape: shape('email', 'each mail is read at once by many, and ever more slowly by the rest'),
      waves: Type.Array(
        Type.Object(
          {
            at: time('when the mail is sent', 0),
            readers: people('who open it and come'),
          },
          closed,
        ),
        { minItems: 1, description: 'mails' },
      ),
      half: time('half of a mail’s readers come within this long, half of the rest in the next', '5m'),
    },
    closed,
  ),
  countdown: Type.Object(
    {
      shape: shape('countdown', 'they reload a countdown before the opening, and all at it'),
      opensAt: time('when it opens'),
      visitors: people('who come'),
      early: time('the first come so long before', '5m'),
      reload: time('each reloads so often', '10s'),
    },
    closed,
  ),
  log: Type.Object(
    {
      shape: shape('log', 'as an access log tells: its times, and its addresses in place of the group’s'),
      file: Type.String({ minLength: 1, description: 'access log, plain or .gz, beside the scenario' }),
      host: nullable<string>('string', {
        format: 'host',
        description: 'host of its addresses; null: as the log names it, or else the group’s first address',
      }),
      from: time('when its first line is played', 0),
    },
    closed,
  ),
} as const;

export type Shape = keyof typeof ARRIVALS;
export type WrittenArrivals = { [S in Shape]: Static<(typeof ARRIVALS)[S]> }[Shape];

/** What every shape has: the rest is judged by the shape that is named. */
export const ArrivalsSection = Type.Unsafe<WrittenArrivals>({
  type: 'object',
  required: ['shape'],
  properties: {
    shape: Type.String({ enum: Object.keys(ARRIVALS), description: 'how they come' }),
  },
});
