/** `GET /v1/coverage`, `GET /v1/findings`, and `POST /v1/observations` of the observers within the platform. */
import { Type } from 'typebox';
import { PAGE_QUERY, pageOf } from '../http/pagination.ts';
import { type Route, route } from '../words.ts';
import type { Coverage } from './coverage.ts';
import { CoverageShape, FindingShape, ObservationShape } from './schemas.ts';

const FindingsQuery = Type.Object({
  ...PAGE_QUERY,
  open: Type.Optional(Type.Boolean({ description: 'true: the open ones; false: the resolved ones' })),
});

export function coverageRoutes({ coverage }: { coverage: Coverage }): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/coverage',
      summary: 'How much of the traffic goes through its line: at the gate, at the platform, from outside',
      tag: 'coverage',
      role: 'viewer',
      schemas: {},
      answers: { 200: CoverageShape },
      handle: async () => ({ status: 200, body: coverage.report() }),
    }),
    route({
      method: 'GET',
      path: '/v1/findings',
      summary: 'What the coverage audit found, newest first',
      tag: 'coverage',
      role: 'viewer',
      filtersRooms: true,
      schemas: { query: FindingsQuery },
      answers: { 200: pageOf(FindingShape) },
      async handle({ query: { limit, cursor, open }, actor }) {
        return { status: 200, body: coverage.findings.list({ limit, cursor, open, rooms: actor.rooms }) };
      },
    }),
    route({
      method: 'POST',
      path: '/v1/observations',
      summary: 'What an observer within the platform saw',
      tag: 'coverage',
      // It changes what operators see.
      role: 'operator',
      forObservers: true,
      schemas: { body: ObservationShape },
      answers: { 204: Type.Null() },
      async handle({ body }) {
        coverage.observe(body);
        return { status: 204 };
      },
    }),
  ];
}
