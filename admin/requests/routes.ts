/** Addresses of requests in flight. */
import { Type } from 'typebox';
import { MOST } from '../../config/schema/words.ts';
import { PAGE_QUERY, paginate } from '../http/pagination.ts';
import { maySee } from '../rooms/routes.ts';
import { Reason, RoomName } from '../rooms/words.ts';
import { type Route, route } from '../words.ts';
import type { Requests } from './requests.ts';

const Upstream = Type.String({ minLength: 1, maxLength: 128 });

const RunningRequest = Type.Object({
  ...{ id: Type.String(), gateway: Type.String(), class: Type.String(), method: Type.String() },
  room: Type.Unsafe<string | null>({ type: ['string', 'null'] }),
  ...{ host: Type.String(), pathShape: Type.String(), upstream: Type.String() },
  kind: Type.Optional(
    Type.String({
      description: 'request; event-stream and websocket last for as long as their visitors stay',
    }),
  ),
  ...{ ageMs: Type.Number(), since: Type.String({ format: 'date-time' }) },
});

export function requestRoutes({ requests }: { requests: Requests }): Route[] {
  return [listRequests(requests), cancelRequests(requests)];
}

function listRequests(requests: Requests): Route {
  return route({
    ...{ method: 'GET', path: '/v1/requests', tag: 'requests', role: 'viewer', filtersRooms: true },
    summary: 'Requests that the platform works on, longest first: the 50 longest of each gateway',
    schemas: {
      query: Type.Object({ ...PAGE_QUERY, upstream: Type.Optional(Upstream), room: Type.Optional(RoomName) }),
    },
    answers: {
      200: Type.Object({
        items: Type.Array(RunningRequest),
        next: Type.Unsafe<string | null>({ type: ['string', 'null'] }),
        running: Type.Unsafe<number | null>({
          type: ['integer', 'null'],
          description: 'all that run at all gateways; null for organisers',
        }),
      }),
    },
    async handle({ query, actor }) {
      const { upstream, room } = query;
      const seen = requests
        .list()
        .filter((one) => maySee(actor, one.room))
        .filter((one) => (upstream ?? one.upstream) === one.upstream && (room ?? one.room) === one.room);
      const page = paginate(seen, query, ({ gateway, id }) => `${gateway} ${id}`);
      return { status: 200, body: { ...page, running: actor.rooms === null ? requests.count() : null } };
    },
  });
}

function cancelRequests(requests: Requests): Route {
  return route({
    ...{ method: 'POST', path: '/v1/requests/cancel', tag: 'requests', role: 'operator', idempotent: true },
    summary: 'Cancels all requests that have run for longer, at all gateways',
    schemas: {
      body: Type.Object({
        olderThanSeconds: Type.Number({ minimum: 0, maximum: MOST.seconds }),
        upstream: Type.Optional(Upstream),
        reason: Reason,
      }),
    },
    answers: {
      200: Type.Object({
        cancelled: Type.Integer({ description: 'of all gateways together' }),
        gateways: Type.Array(
          Type.Object({
            gateway: Type.String(),
            cancelled: Type.Unsafe<number | null>({
              type: ['integer', 'null'],
              description: 'null: see why',
            }),
            why: Type.Unsafe<string | null>({ type: ['string', 'null'] }),
          }),
        ),
      }),
    },
    handle: async ({ body, actor }) => ({ status: 200, body: await requests.cancel(actor, body) }),
  });
}
