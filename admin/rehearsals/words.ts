/** Rehearsals as the admin API tells of them, and what may be asked. */
import { type Static, Type } from 'typebox';
import { Reason } from '../rooms/words.ts';

const orNull = (schema: object) => Type.Unsafe<string | null>({ type: ['string', 'null'], ...schema });
const time = { format: 'date-time' };

export const MOST_MINUTES = 240;

type Verdict = 'held' | 'failed' | 'invalid';
const VERDICTS = ['held', 'failed', 'invalid'];

export const RehearsalPost = Type.Object({
  launch: Type.Optional(
    Type.String({ minLength: 1, maxLength: 100, description: 'which launch is played; absent: none' }),
  ),
  opensInSeconds: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: MOST_MINUTES * 60,
      description: 'when the launch opens in the rehearsal’s rooms; absent: it is open',
    }),
  ),
  minutes: Type.Integer({ minimum: 1, maximum: MOST_MINUTES, description: 'how long it lasts at most' }),
  reason: Reason,
});
export type RehearsalPost = Static<typeof RehearsalPost>;

const facts = {
  id: Type.String(),
  prefix: Type.String({ description: 'begins the name of each of its rooms: `<prefix>event-4711`' }),
  launch: orNull({}),
  opensAt: orNull(time),
  revision: Type.Integer({ description: 'that was active when it began' }),
  startedAt: Type.String(time),
  expiresAt: Type.String(time),
  by: Type.String(),
};

export const NewRehearsalDocument = Type.Object({
  ...facts,
  header: Type.String({
    description:
      'told this once: `headgate-rehearsal: <header>` on each request makes it one of the rehearsal’s visitors’',
  }),
});
export type NewRehearsalDocument = Static<typeof NewRehearsalDocument>;

const told = {
  ...facts,
  state: Type.Unsafe<'live' | 'over'>({ type: 'string', enum: ['live', 'over'] }),
  endedAt: orNull({ ...time, description: 'when it was ended by hand' }),
  verdict: Type.Unsafe<Verdict | null>({
    type: ['string', 'null'],
    enum: [...VERDICTS, null],
    description: 'of its report; null: none was handed in',
  }),
  passedAt: orNull({
    ...time,
    description:
      'when the report of one that held came, by a configuration that had not changed since its beginning',
  }),
};

export const RehearsalDocument = Type.Object(told);
export type RehearsalDocument = Static<typeof RehearsalDocument>;

/** As `headgate rehearse --json` prints it: what must be there is named, all else is kept as it is. */
export const Report = Type.Object(
  {
    verdict: Type.Unsafe<Verdict>({ type: 'string', enum: VERDICTS }),
    revision: Type.Integer({ minimum: 0 }),
    startedAt: Type.String({ ...time, maxLength: 40 }),
    checks: Type.Array(
      Type.Object(
        {
          name: Type.String({ maxLength: 200 }),
          held: Type.Unsafe<boolean | null>({ type: ['boolean', 'null'] }),
        },
        { additionalProperties: true },
      ),
      { maxItems: 1_000 },
    ),
    endedEarly: Type.Optional(orNull({ maxLength: 1_000 })),
    figures: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description: 'by name; readiness goes by `visitors.came`, which is how many came',
      }),
    ),
  },
  { additionalProperties: true },
);
export type Report = Static<typeof Report>;

export const ReportedRehearsalDocument = Type.Object({
  ...told,
  report: Type.Unsafe<Report | null>({
    type: ['object', 'null'],
    description: 'as it was handed in; null: none was, or it is older than the last fifty',
  }),
});
export type ReportedRehearsalDocument = Static<typeof ReportedRehearsalDocument>;
