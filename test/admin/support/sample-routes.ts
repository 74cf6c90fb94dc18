/** Routes of every kind that a declaration can have, for laws about the server that are not about any one area. */
import { Type } from 'typebox';
import type { AuditBook } from '../../../admin/audit-log/audit-log.ts';
import type { OpenedData } from '../../../admin/data/open.ts';
import { AdminError } from '../../../admin/errors.ts';
import { PAGE_QUERY, pageOf, paginate } from '../../../admin/http/pagination.ts';
import { type Route, route } from '../../../admin/words.ts';

export interface Samples {
  routes(parts: { data: OpenedData; audit: AuditBook }): Route[];
  /** How often the sample that must not happen twice has happened. */
  happened(): number;
  fail(error: unknown): void;
}

const Room = Type.Object({ room: Type.String({ pattern: '^[A-Za-z0-9_~-]{1,64}$' }) });
const Change = Type.Object({
  reason: Type.String({ minLength: 1, maxLength: 200 }),
  limits: Type.Optional(
    Type.Object({
      sessions: Type.Optional(Type.Unsafe<number | null>({ type: ['integer', 'null'], minimum: 0 })),
      tags: Type.Optional(Type.Array(Type.String({ maxLength: 10 }), { maxItems: 3 })),
    }),
  ),
  until: Type.Optional(Type.String({ format: 'date-time' })),
});
const Anything = Type.Unknown({ description: 'whatever was asked' });
const NAMES = Array.from({ length: 7 }, (_, index) => `room-${index}`);

export function sampleRoutes(): Samples {
  let count = 0;
  let state = 1;
  let failure: unknown = null;

  const routes: Samples['routes'] = ({ data, audit }) => [
    route({
      method: 'GET',
      path: '/v1/samples',
      summary: 'Rooms that may be seen',
      tag: 'samples',
      role: 'viewer',
      filtersRooms: true,
      schemas: { query: Type.Object(PAGE_QUERY) },
      answers: { 200: pageOf(Type.String()) },
      handle: async ({ query, actor: { rooms } }) => {
        const seen = NAMES.filter((name) => rooms?.includes(name) ?? true);
        return { status: 200, body: paginate(seen, query, (name) => name) };
      },
    }),
    route({
      method: 'GET',
      path: '/v1/samples/:room',
      summary: 'A room',
      tag: 'samples',
      role: 'viewer',
      roomOf: ({ params }) => params.room,
      schemas: { params: Room },
      answers: { 200: Anything },
      handle: async ({ params }) => ({ status: 200, body: { ...params, state }, etag: `s${state}` }),
    }),
    route({
      method: 'PATCH',
      path: '/v1/samples/:room',
      summary: 'Changes a room',
      tag: 'samples',
      role: 'organiser',
      roomOf: ({ params }) => params.room,
      schemas: { params: Room, body: Change },
      answers: { 200: Anything },
      needsIfMatch: true,
      handle: async ({ ifMatch, actor, params, body }) => {
        if (ifMatch !== `s${state}`) throw new AdminError('HG_PRECONDITION_FAILED', 'it has changed');
        data.transaction(() => {
          const { reason, ...after } = body;
          audit.append({
            actor: actor.name,
            action: 'sample.change',
            subject: params.room,
            reason,
            before: state,
            after,
          });
        });
        state += 1;
        return { status: 200, body: { state }, etag: `s${state}` };
      },
    }),
    route({
      method: 'POST',
      path: '/v1/samples',
      summary: 'What must not happen twice',
      tag: 'samples',
      role: 'operator',
      schemas: { body: Change },
      answers: { 201: Anything },
      idempotent: true,
      handle: async ({ body }) => {
        if (failure !== null) throw failure;
        count += 1;
        return { status: 201, body: { number: count, body }, headers: { location: `/v1/samples/${count}` } };
      },
    }),
    route({
      method: 'DELETE',
      path: '/v1/samples',
      summary: 'For admins',
      tag: 'samples',
      role: 'admin',
      schemas: {},
      answers: { 204: Type.Null() },
      handle: async () => ({ status: 204 }),
    }),
  ];
  return {
    routes,
    happened: () => count,
    fail: (error) => {
      failure = error;
    },
  };
}
