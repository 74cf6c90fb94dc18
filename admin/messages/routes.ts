/** Addresses of messages and incidents. */
import { Type } from 'typebox';
import { deletion, reasonOf } from '../http/deletion.ts';
import { PAGE_QUERY, pageOf, paginate } from '../http/pagination.ts';
import { maySee } from '../rooms/routes.ts';
import { Reason, RoomName } from '../rooms/words.ts';
import { type Route, route } from '../words.ts';
import type { Messages } from './messages.ts';
import { IncidentDocument, MessageDocument, MessagePost } from './words.ts';

const params = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) });
const tag = 'messages';

export function messageRoutes({ messages }: { messages: Messages }): Route[] {
  /** Organisers speak to their own rooms; a message to the whole platform is no room's. */
  const roomOf = (ask: { params: { id: string } }) => messages.get(ask.params.id)?.room ?? null;
  return [
    list(messages),
    post(messages),
    listIncidents(messages),
    route({
      ...{ method: 'DELETE', path: '/v1/messages/:id', tag, role: 'organiser', roomOf },
      summary: 'Withdraws a message: visitors see it no longer',
      schemas: { params, ...deletion(Reason) },
      answers: { 204: Type.Null({ description: 'withdrawn' }) },
      async handle({ params: { id }, actor, ...why }) {
        messages.withdraw(actor, id, reasonOf(why));
        return { status: 204 };
      },
    }),
    route({
      ...{ method: 'POST', path: '/v1/messages/:id/resolve', tag, role: 'organiser', roomOf },
      summary: 'Ends the incident of the message’s room, or of the platform',
      schemas: { params, body: Type.Object({ reason: Reason }) },
      answers: { 200: IncidentDocument },
      handle: async ({ params: { id }, body, actor }) => ({
        ...{ status: 200, body: messages.resolve(actor, id, body.reason) },
      }),
    }),
  ];
}

function list(messages: Messages): Route {
  return route({
    ...{ method: 'GET', path: '/v1/messages', tag, role: 'viewer', filtersRooms: true },
    summary: 'Messages to visitors, newest first, withdrawn ones too',
    schemas: { query: Type.Object({ ...PAGE_QUERY, room: Type.Optional(RoomName) }) },
    answers: { 200: pageOf(MessageDocument) },
    async handle({ query, actor }) {
      const seen = messages
        .list()
        .filter(({ room }) => (room === null || maySee(actor, room)) && (query.room ?? room) === room);
      return { status: 200, body: paginate(seen, query, ({ id }) => id) };
    },
  });
}

function post(messages: Messages): Route {
  return route({
    ...{ method: 'POST', path: '/v1/messages', tag, role: 'organiser', idempotent: true },
    summary: 'Tells visitors of a room, or of the whole platform, something',
    roomOf: (ask) => ask.body.room,
    schemas: { body: MessagePost },
    answers: { 201: MessageDocument },
    handle: async ({ body, actor }) => ({ status: 201, body: messages.post(actor, body) }),
  });
}

function listIncidents(messages: Messages): Route {
  return route({
    ...{ method: 'GET', path: '/v1/incidents', tag, role: 'viewer', filtersRooms: true },
    summary: 'Incidents of rooms and of the platform, newest first',
    schemas: { query: Type.Object({ ...PAGE_QUERY }) },
    answers: { 200: pageOf(IncidentDocument) },
    async handle({ query, actor }) {
      const seen = messages.incidents().filter(({ room }) => room === null || maySee(actor, room));
      return { status: 200, body: paginate(seen, query, ({ id }) => String(id)) };
    },
  });
}
