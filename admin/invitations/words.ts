/** Batches of invitations as the admin API tells of them, and what may be asked. */
import { type Static, Type } from 'typebox';
import { Reason, RoomName } from '../rooms/words.ts';

const orNull = (schema: object) => Type.Unsafe<string | null>({ type: ['string', 'null'], ...schema });

export const MOST_IN_BATCH = 10_000;

export const InvitationPost = Type.Object({
  room: RoomName,
  lane: Type.String({ pattern: '^[A-Za-z0-9_-]{1,32}$', description: 'one of the room’s lanes' }),
  count: Type.Integer({ minimum: 1, maximum: MOST_IN_BATCH, description: 'how many; each gives one place' }),
  expiresAt: Type.Optional(
    Type.String({ format: 'date-time', maxLength: 40, description: 'absent: 30 days from now' }),
  ),
  note: Type.Optional(Type.String({ maxLength: 200, description: 'whom they are for; shown in the list' })),
  reason: Reason,
});
export type InvitationPost = Static<typeof InvitationPost>;

const facts = {
  id: Type.String(),
  room: Type.String(),
  lane: Type.String(),
  count: Type.Integer(),
  expiresAt: Type.String({ format: 'date-time' }),
  note: orNull({}),
  by: Type.String(),
  at: Type.String({ format: 'date-time' }),
};

/** Invitations are told once, to who made them, and kept nowhere. */
export const BatchDocument = Type.Object({
  ...facts,
  revokedAt: orNull({
    format: 'date-time',
    description: 'from then on they are worth nothing; null: they are good',
  }),
});
export type BatchDocument = Static<typeof BatchDocument>;

export const NewBatchDocument = Type.Object({
  ...facts,
  invitations: Type.Array(Type.String(), {
    description:
      'tokens, told this once: `?hg_invite=<token>` on a protected address, or `headgate-invitation`',
  }),
});
export type NewBatchDocument = Static<typeof NewBatchDocument>;
