/** A room as the admin API tells of it, and what may be asked of one. */
import { type Static, Type } from 'typebox';
import { MOST } from '../../config/schema/words.ts';

const nullable = <T>(schema: object) => Type.Unsafe<T | null>({ anyOf: [schema, { type: 'null' }] });
const isoOrNull = (description: string) =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], format: 'date-time', description });
const numberOrNull = (description: string) =>
  Type.Unsafe<number | null>({ type: ['number', 'null'], description });

export const RoomName = Type.String({ pattern: '^[A-Za-z0-9_~-]{1,64}$', description: 'name of the room' });

export const Reason = Type.String({
  minLength: 1,
  maxLength: 500,
  pattern: '\\S',
  description: 'why; it stands in the audit log',
});

const until = (description: string) =>
  Type.Optional(Type.String({ format: 'date-time', maxLength: 40, description }));

export const RoomDocument = Type.Object({
  room: Type.String(),
  template: Type.String({ description: 'entry of `rooms` whose law it has' }),
  epoch: Type.Integer(),
  state: Type.String({ description: 'as visitors see it' }),
  operatorState: Type.String({ description: 'what operators want: open, paused, offline or ended' }),
  stateUntil: isoOrNull('when a paused or offline line opens by itself'),
  opensAt: isoOrNull('of its launch'),
  limits: Type.Object({
    sessions: numberOrNull('admitted at once'),
    admissionsPerMinute: numberOrNull('admissions a minute'),
    seats: numberOrNull('seats as configured; `seatsLeft` says what is left'),
    submitReserve: Type.Number(),
  }),
  sessions: Type.Integer(),
  waiting: Type.Integer(),
  issued: Type.Integer(),
  serving: Type.Integer(),
  lanes: Type.Record(Type.String(), Type.Object({ issued: Type.Integer(), serving: Type.Integer() })),
  rate: Type.Object(
    {
      factor: Type.Number({ description: 'of its admissions a minute; 1: all' }),
      perMinute: numberOrNull('admissions a minute beside its limits; null: none'),
    },
    { description: 'what automatic protection holds it to' },
  ),
  callsPerMinute: numberOrNull('called a minute, measured over the last minute, else over five'),
  expectedWaitSeconds: nullable<{ low: number; high: number }>({
    type: 'object',
    required: ['low', 'high'],
    properties: { low: { type: 'number' }, high: { type: 'number' } },
    description: 'of somebody who joins now; null: unknown',
  }),
  seatsLeft: numberOrNull('registrations left'),
  admissions: Type.Integer({ description: 'since the room was made' }),
  mode: Type.String(),
  why: Type.String({ description: 'why the gate does with it what it does' }),
  engaged: Type.Boolean({ description: 'somebody waits' }),
  revision: Type.Integer({ description: 'whose law it obeys' }),
  at: Type.String({ format: 'date-time' }),
});

export type RoomDocument = Static<typeof RoomDocument>;

const limit = (description: string) =>
  Type.Optional(
    Type.Unsafe<number | null>({
      type: ['integer', 'null'],
      minimum: 0,
      maximum: MOST.count,
      description: `${description}; null: no limit`,
    }),
  );

export const RoomChange = Type.Object(
  {
    limits: Type.Optional(
      Type.Object(
        {
          sessions: limit('admitted at once'),
          admissionsPerMinute: limit('admissions a minute'),
          seats: limit('registrations left when the room begins'),
          submitReserve: limit('slots kept for form posts; null here: 2 % of sessions'),
        },
        { minProperties: 1 },
      ),
    ),
    seats: limit('registrations left now'),
    mode: Type.Optional(Type.Unsafe<'act' | 'observe'>({ type: 'string', enum: ['act', 'observe'] })),
    reason: Reason,
    until: until('then what was changed goes back to what it was; absent: it stays'),
  },
  { minProperties: 2 },
);

export type RoomChangeBody = Static<typeof RoomChange>;

export const RoomAction = Type.Object({
  reason: Reason,
  until: until('pause and offline: the line opens by itself then'),
  reopensAt: until('the same, for what is taken offline and planned for later'),
});

export type RoomActionBody = Static<typeof RoomAction>;
