/** The gateways over the API. */
import { Type } from 'typebox';
import type { HeardReport } from '../../gateway/control/words.ts';
import type { Fleet } from '../control/words.ts';
import { PAGE_QUERY, pageOf, paginate } from '../http/pagination.ts';
import { type Route, route } from '../words.ts';

const Gateway = Type.Object({
  id: Type.String(),
  host: Type.String(),
  pid: Type.Integer(),
  version: Type.String(),
  startedAt: Type.String({ format: 'date-time' }),
  revision: Type.Integer({ description: 'that it runs' }),
  serial: Type.Integer({ description: 'of the published document that it took; 0: it goes by its file' }),
  from: Type.String({ description: 'published, disk, file' }),
  refused: Type.Unsafe({ type: ['object', 'null'], description: 'a revision that it could not take' }),
  clockAheadMs: Type.Number({ description: 'its clock less the store’s' }),
  keys: Type.Unsafe({ type: 'object', description: 'ids of keys: current, held, lacking' }),
  builds: Type.Array(Type.Unsafe({ type: 'object' }), { description: '`headgate-build` by target' }),
  ready: Type.Boolean(),
  store: Type.String({ description: 'ok, lost' }),
  upstreams: Type.Record(Type.String(), Type.String(), { description: 'ok, degraded, down' }),
  rooms: Type.Integer({ description: 'how many it knows' }),
  inFlight: Type.Integer({ description: 'requests under way to the platform' }),
  lastHeard: Type.String({ format: 'date-time' }),
  silent: Type.Boolean({ description: 'not heard of for 5 s, without a goodbye' }),
});

export function fleetRoutes(fleet: Pick<Fleet, 'gateways' | 'silent'>): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/gateways',
      summary: 'The gateways, live and silent ones',
      tag: 'gateways',
      role: 'viewer',
      schemas: { query: Type.Object(PAGE_QUERY) },
      answers: { 200: pageOf(Gateway) },
      async handle({ query }) {
        const all = [
          ...fleet.gateways().map((heard) => gatewayView(heard, false)),
          ...fleet.silent().map((heard) => gatewayView(heard, true)),
        ];
        return { status: 200, body: paginate(all, query, ({ id }) => id) };
      },
    }),
  ];
}

function gatewayView({ report, heardMs, clockAheadMs }: HeardReport, silent: boolean) {
  const { gateway: id, host, pid, version, startedAt, revision, serial, from, refused } = report;
  const { keys, builds, ready, store, upstreams, roomCount, inFlightCount } = report;
  return {
    ...{ id, host, pid, version, startedAt, revision, serial, from, refused },
    ...{ clockAheadMs, keys, builds, ready, store, upstreams, rooms: roomCount, inFlight: inFlightCount },
    lastHeard: new Date(heardMs).toISOString(),
    silent,
  };
}
