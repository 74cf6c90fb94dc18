/** What must hold, as a scenario's file writes it. */
import { Type } from 'typebox';
import { closed, named } from '../../../../config/schema/words.ts';
import { time } from '../times.ts';

const bound = (description: string) => Type.Optional(Type.Number({ description }));

const Expected = Type.Object(
  {
    figure: Type.String({ description: 'what is seen: a figure’s name' }),
    over: Type.Optional(
      Type.Unsafe<'most' | 'least' | 'mean' | 'median' | 'last'>({
        type: 'string',
        enum: ['most', 'least', 'mean', 'median', 'last'],
        description:
          'which of the values that are seen each second counts; absent: most for atMost, least for atLeast, last for equals',
      }),
    ),
    from: time('from when it must hold', 0),
    until: Type.Optional(time('until when it must hold; absent: the end of the scenario')),
    atMost: bound('it must not be above this'),
    atLeast: bound('it must not be below this'),
    equals: bound('it must be this'),
    meaning: Type.Optional(
      Type.String({
        maxLength: 500,
        description: 'what it means when it does not hold; absent: what the figure is',
      }),
    ),
    advice: Type.String({
      default: '',
      maxLength: 1000,
      description: 'what to change when it does not hold',
    }),
  },
  closed,
);

export const ExpectSection = named(
  '^[a-z][a-z0-9-]{0,63}$',
  'is not a check’s name: lower-case letters, digits and -, 64 at most',
  Expected,
  { minProperties: 1, description: 'what must hold, by name; each with one of atMost, atLeast and equals' },
);
