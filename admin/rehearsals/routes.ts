/** Addresses of rehearsals. */
import { Type } from 'typebox';
import { deletion, reasonOf } from '../http/deletion.ts';
import { PAGE_QUERY, pageOf, paginate } from '../http/pagination.ts';
import { Reason } from '../rooms/words.ts';
import { type Route, route } from '../words.ts';
import type { Rehearsals } from './rehearsals.ts';
import {
  NewRehearsalDocument,
  RehearsalDocument,
  RehearsalPost,
  Report,
  ReportedRehearsalDocument,
} from './words.ts';

const params = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) });
const tag = 'rehearsals';
/** The header is whoever's holds it: no cache keeps the answer, and no idempotency key has it written down. */
const UNKEPT = { 'cache-control': 'no-store' };
const MOST_REPORT_BYTES = 4 * 1_048_576;

export function rehearsalRoutes({ rehearsals }: { rehearsals: Rehearsals }): Route[] {
  return [
    route({
      ...{ method: 'POST', path: '/v1/rehearsals', tag, role: 'operator' },
      summary:
        'Begins a rehearsal: requests with its signed header are judged by the real rules, in rooms of their own',
      schemas: { body: RehearsalPost },
      answers: { 201: NewRehearsalDocument },
      handle: async ({ body, actor }) => ({
        ...{ status: 201, headers: UNKEPT, body: await rehearsals.begin(actor, body) },
      }),
    }),
    route({
      ...{ method: 'GET', path: '/v1/rehearsals', tag, role: 'viewer' },
      summary: 'Rehearsals, newest first, without their reports',
      schemas: { query: Type.Object({ ...PAGE_QUERY }) },
      answers: { 200: pageOf(RehearsalDocument) },
      handle: async ({ query }) => ({
        ...{ status: 200, body: paginate(rehearsals.list(), query, ({ id }) => id) },
      }),
    }),
    route({
      ...{ method: 'GET', path: '/v1/rehearsals/:id', tag, role: 'viewer' },
      summary: 'A rehearsal with its report',
      schemas: { params },
      answers: { 200: ReportedRehearsalDocument },
      handle: async ({ params: { id } }) => ({ status: 200, body: rehearsals.get(id) }),
    }),
    route({
      ...{ method: 'POST', path: '/v1/rehearsals/:id/result', tag, role: 'operator' },
      summary:
        'Hands in the report: one that held makes the launch’s item of readiness green, for that configuration only',
      mostBodyBytes: MOST_REPORT_BYTES,
      schemas: { params, body: Type.Object({ report: Report }) },
      answers: { 200: RehearsalDocument },
      handle: async ({ params: { id }, body, actor }) => ({
        ...{ status: 200, body: rehearsals.report(actor, id, body.report) },
      }),
    }),
    route({
      ...{ method: 'DELETE', path: '/v1/rehearsals/:id', tag, role: 'operator' },
      summary: 'Ends a rehearsal: its header is refused, and its rooms go',
      schemas: { params, ...deletion(Reason) },
      answers: { 204: Type.Null({ description: 'it is over' }) },
      async handle({ params: { id }, actor, ...why }) {
        rehearsals.end(actor, id, reasonOf(why));
        return { status: 204 };
      },
    }),
  ];
}
