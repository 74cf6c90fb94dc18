/** Rehearsals: which platforms `headgate rehearse` may send visitors to, how many at most, and when it gives up by itself. */
import { Type } from 'typebox';
import { closed, integer, MOST, named, nullable, section, shaped } from './words.ts';

const Target = Type.Object(
  {
    url: Type.String({ format: 'origin', description: 'origin that visitors are sent to' }),
    token: Type.String({
      ...shaped('^[!-~]{1,200}$', 'must be 1 to 200 letters, digits and signs, without spaces'),
      description:
        'what the platform itself must answer at `/.well-known/headgate-rehearsal` before any load is sent: whoever runs it agrees',
    }),
    mostPerSecond: integer(200, 1, 'requests a second at most', 100_000),
    production: Type.Boolean({
      default: false,
      description: 'real visitors are served there: a rehearsal must be asked for by the target’s name',
    }),
    admin: nullable<string>('string', {
      format: 'origin',
      description:
        'origin of the target’s admin API: gives the signed header, tells rooms and findings; null: the load is told only by its own figures',
    }),
    adminTokenFile: nullable<string>('string', {
      minLength: 1,
      description:
        'file with an operator’s token of that admin API; null: `HEADGATE_ADMIN_TOKEN` of the environment',
    }),
    stats: nullable<string>('string', {
      format: 'uri',
      description:
        'where the platform tells its own books, as the demo platform’s `/_platform/stats`; null: nowhere',
    }),
  },
  closed,
);

const Abort = section({
  errorShare: Type.Number({
    default: 0.2,
    minimum: 0,
    maximum: 1,
    description: 'share of failed answers above which a rehearsal ends by itself',
  }),
  overSeconds: integer(5, 1, 'time that the share is taken over', MOST.seconds),
});

export const Rehearsal = section({
  targets: named(
    '^(?!__proto__$)[A-Za-z0-9_-]{1,64}$',
    'is not a target’s name: letters, digits, _ and -, 64 characters at most',
    Target,
    { default: {}, description: 'platforms that may be rehearsed with, by name' },
  ),
  abort: Abort,
});
