/** Addresses of invitations. */
import { Type } from 'typebox';
import { deletion, reasonOf } from '../http/deletion.ts';
import { PAGE_QUERY, pageOf, paginate } from '../http/pagination.ts';
import { maySee } from '../rooms/routes.ts';
import { Reason } from '../rooms/words.ts';
import { type Route, route } from '../words.ts';
import type { Invitations } from './invitations.ts';
import { BatchDocument, InvitationPost, NewBatchDocument } from './words.ts';

const params = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) });
const tag = 'invitations';
/** They are whoever holds them: no cache keeps the answer, and no idempotency key has it written down. */
const UNKEPT = { 'cache-control': 'no-store' };

export function invitationRoutes({ invitations }: { invitations: Invitations }): Route[] {
  return [
    route({
      ...{ method: 'POST', path: '/v1/invitations', tag, role: 'organiser' },
      summary: 'Makes invitations into a lane of a room; they are told this once',
      roomOf: (ask) => ask.body.room,
      schemas: { body: InvitationPost },
      answers: { 201: NewBatchDocument },
      handle: async ({ body, actor }) => ({
        ...{ status: 201, headers: UNKEPT, body: await invitations.make(actor, body) },
      }),
    }),
    route({
      ...{ method: 'GET', path: '/v1/invitations', tag, role: 'viewer', filtersRooms: true },
      summary: 'Batches of invitations, newest first, without the invitations',
      schemas: { query: Type.Object({ ...PAGE_QUERY }) },
      answers: { 200: pageOf(BatchDocument) },
      async handle({ query, actor }) {
        const seen = invitations.list().filter(({ room }) => maySee(actor, room));
        return { status: 200, body: paginate(seen, query, ({ id }) => id) };
      },
    }),
    route({
      ...{ method: 'DELETE', path: '/v1/invitations/:id', tag, role: 'organiser' },
      summary: 'Revokes a batch: who has no place by it yet takes an ordinary one',
      roomOf: ({ params: { id } }) => invitations.get(id)?.room ?? null,
      schemas: { params, ...deletion(Reason) },
      answers: { 204: Type.Null({ description: 'revoked' }) },
      async handle({ params: { id }, actor, ...why }) {
        invitations.revoke(actor, id, reasonOf(why));
        return { status: 204 };
      },
    }),
  ];
}
