/** Messages and incidents as the admin API tells of them, and what may be posted. */
import { type Static, Type } from 'typebox';
import { Reason, RoomName } from '../rooms/words.ts';

export type Severity = 'info' | 'warning' | 'critical';

const SeverityName = Type.Unsafe<Severity>({ type: 'string', enum: ['info', 'warning', 'critical'] });
const Time = Type.String({ format: 'date-time' });
const TimeOrNull = Type.Unsafe<string | null>({ type: ['string', 'null'], format: 'date-time' });
const RoomOrNull = Type.Unsafe<string | null>({
  anyOf: [RoomName, { type: 'null' }],
  description: 'null: the whole platform',
});

export const MessageDocument = Type.Object({
  id: Type.String(),
  room: RoomOrNull,
  at: Time,
  text: Type.String(),
  severity: SeverityName,
  by: Type.String({ description: 'who posted it' }),
  resolves: Type.Boolean({ description: 'it said that the incident is over' }),
  withdrawnAt: TimeOrNull,
});
export type MessageDocument = Static<typeof MessageDocument>;

export const MessagePost = Type.Object({
  room: RoomOrNull,
  text: Type.String({
    minLength: 1,
    maxLength: 1_000,
    pattern: '^[^\\u0000-\\u0009\\u000b-\\u001f\\u007f]*$',
    description: 'plain text, as visitors read it',
  }),
  severity: Type.Optional(
    Type.Unsafe<Severity>({
      ...SeverityName,
      description: 'warning and critical open an incident; default info',
    }),
  ),
  resolves: Type.Optional(
    Type.Boolean({ description: 'of severity info: the incident of this room (of the platform) is over' }),
  ),
  reason: Type.Optional(Reason),
});
export type MessagePost = Static<typeof MessagePost>;

export const IncidentDocument = Type.Object({
  id: Type.Integer(),
  room: RoomOrNull,
  openedAt: Time,
  updatedAt: Type.String({ format: 'date-time', description: 'when visitors were told something last' }),
  remindedAt: TimeOrNull,
  resolvedAt: TimeOrNull,
  byMessage: Type.Boolean({ description: 'a message of severity warning or critical stands' }),
  byOperator: Type.Boolean({ description: 'an operator has paused the room, or taken it offline' }),
});
export type IncidentDocument = Static<typeof IncidentDocument>;
