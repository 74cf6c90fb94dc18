/** What the reference says of a route: its schemas, its answers, and every way it can refuse. */
import type { FastifySchema } from 'fastify';
import { CATALOGUE, type ErrorCode } from '../../gateway/errors.ts';
import type { Route } from '../words.ts';
import { PROBLEM_TYPE } from './problems.ts';
import { closed } from './validation.ts';

const PROBLEM_CONTENT = { [PROBLEM_TYPE.split(';')[0] as string]: { schema: { $ref: 'Problem#' } } };

const ALWAYS: ErrorCode[] = [
  'HG_INVALID',
  'HG_UNAUTHENTICATED',
  'HG_FORBIDDEN',
  'HG_TOO_MANY_FAILURES',
  'HG_INTERNAL',
];
const OF_CHANGES: ErrorCode[] = ['HG_CONFLICT', 'HG_CONTROL_UNWRITABLE'];
const OF_BODIES: ErrorCode[] = ['HG_BODY_TOO_LARGE', 'HG_MEDIA_TYPE'];
const OF_TAGS: ErrorCode[] = ['HG_PRECONDITION_FAILED', 'HG_PRECONDITION_REQUIRED'];

export function routeSchema(route: Route, isStream: boolean): FastifySchema & { security: object[] } {
  const { params, query, body } = route.schemas;
  return {
    summary: route.summary,
    description: described(route),
    tags: [route.tag],
    security: [{ bearer: [] }],
    ...(params ? { params: closed(params) } : {}),
    ...(query ? { querystring: closed(query) } : {}),
    ...(body ? { body: closed(body) } : {}),
    ...headersOf(route),
    response: { ...answersOf(route, isStream), ...problemsOf(route) },
  };
}

function described({ role, forObservers, roomOf, filtersRooms, idempotent, needsIfMatch }: Route): string {
  const who = `Needs the role ${role}${forObservers ? ' or observer' : ''}.`;
  const whom = roomOf
    ? 'Organisers: for their own rooms.'
    : filtersRooms
      ? 'Organisers see what is theirs.'
      : '';
  const key = idempotent ? 'A repeated `idempotency-key` answers what the first request answered.' : '';
  const tag = needsIfMatch ? '`If-Match` must name the ETag that was read.' : '';
  return [who, whom, key, tag].filter((part) => part !== '').join(' ');
}

function headersOf({ idempotent, needsIfMatch }: Route): object {
  const properties = {
    ...(idempotent ? { 'idempotency-key': { type: 'string', minLength: 1, maxLength: 200 } } : {}),
    ...(needsIfMatch ? { 'if-match': { type: 'string' } } : {}),
  };
  const required = needsIfMatch ? ['if-match'] : [];
  return Object.keys(properties).length > 0 ? { headers: { type: 'object', properties, required } } : {};
}

function answersOf({ answers }: Route, isStream: boolean): object {
  const type = isStream ? 'text/event-stream' : 'application/json';
  return Object.fromEntries(
    Object.entries(answers).map(([status, schema]) => {
      const { description = 'done' } = schema as { description?: string };
      return [
        status,
        status === '204' ? { description, type: 'null' } : { description, content: { [type]: { schema } } },
      ];
    }),
  );
}

/** Statuses that a route declares itself keep their own words. */
function problemsOf(route: Route): object {
  const { method, schemas, needsIfMatch, idempotent, answers } = route;
  const codes: ErrorCode[] = [
    ...ALWAYS,
    ...(schemas.params ? (['HG_NOT_THERE'] as const) : []),
    ...(method === 'GET' ? [] : OF_CHANGES),
    ...(schemas.body ? OF_BODIES : []),
    ...(needsIfMatch ? OF_TAGS : []),
    ...(idempotent ? (['HG_IDEMPOTENCY_REUSED'] as const) : []),
  ];
  return Object.fromEntries(
    codes
      .filter((code) => !(CATALOGUE[code].status in answers))
      .map((code) => [
        CATALOGUE[code].status,
        { description: CATALOGUE[code].title, content: PROBLEM_CONTENT },
      ]),
  );
}
