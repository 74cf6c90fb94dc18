/** Addresses of launches and their readiness. */
import { Type } from 'typebox';
import { PAGE_QUERY, pageOf, paginate } from '../http/pagination.ts';
import { maySee } from '../rooms/routes.ts';
import { type Route, route } from '../words.ts';
import type { Launches } from './launches.ts';
import { LaunchDocument, ReadinessDocument } from './words.ts';

export function launchRoutes({ launches }: { launches: Launches }): Route[] {
  return [
    route({
      ...{ method: 'GET', path: '/v1/launches', tag: 'launches', role: 'viewer', filtersRooms: true },
      summary: 'Launches of the active revision, the next one first, each with the state of its readiness',
      schemas: { query: Type.Object({ ...PAGE_QUERY }) },
      answers: { 200: pageOf(LaunchDocument) },
      async handle({ query, actor }) {
        const seen = launches.list().filter(({ room }) => maySee(actor, room));
        return { status: 200, body: paginate(seen, query, ({ name }) => name) };
      },
    }),
    route({
      ...{ method: 'GET', path: '/v1/launches/:name/readiness', tag: 'launches', role: 'viewer' },
      summary:
        'The checklist of a launch, for the active revision: what nobody looked at is unknown, never green',
      roomOf: (ask) => launches.roomOf(ask.params.name),
      schemas: { params: Type.Object({ name: Type.String({ minLength: 1, maxLength: 100 }) }) },
      answers: { 200: ReadinessDocument },
      handle: async ({ params }) => ({ status: 200, body: launches.readiness(params.name) }),
    }),
  ];
}
