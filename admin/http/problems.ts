/** Whatever goes wrong, told as a problem document (RFC 9457), with nothing of the inside in it. */
import { randomUUID } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { CATALOGUE, type ErrorCode, HeadgateError } from '../../gateway/errors.ts';
import { asAdminError } from '../data/disk-errors.ts';
import { AdminError, type Fault } from '../errors.ts';
import type { AdminLog } from '../log.ts';

export const Problem = Type.Object(
  {
    type: Type.String({ description: '`/problems/<slug>`, of docs/errors.md' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String({ description: 'what was wrong this time' }),
    code: Type.String({ description: 'never changes its meaning' }),
    errors: Type.Optional(
      Type.Array(Type.Object({ path: Type.String(), message: Type.String() }), {
        description:
          'each fault with a JSON pointer that begins with /params, /query or /body, or the path in a configuration',
      }),
    ),
    retryAfterSeconds: Type.Optional(Type.Number()),
    id: Type.Optional(Type.String({ description: 'to be found in the log' })),
  },
  { $id: 'Problem', description: 'RFC 9457' },
);

export interface ProblemDocument {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ErrorCode;
  errors?: readonly Fault[];
  retryAfterSeconds?: number;
  id?: string;
}

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** Fastify's own refusals, by their status where their code is not named. */
const BY_CODE: Record<string, [ErrorCode, string]> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['HG_BODY_TOO_LARGE', 'a body may have at most 1 MB'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['HG_MEDIA_TYPE', 'send `content-type: application/json`'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    'HG_BAD_REQUEST',
    'the body is not as long as its content-length says',
  ],
  FST_ERR_CTP_INVALID_JSON_BODY: ['HG_INVALID', 'the body is no JSON'],
  FST_ERR_BAD_URL: ['HG_BAD_REQUEST', 'the address cannot be decoded'],
  FST_ERR_NOT_FOUND: ['HG_NOT_THERE', 'there is nothing at this address'],
};

/** Logs what is our own fault. */
export function problemOf(error: unknown, log: AdminLog): ProblemDocument {
  const known = asAdminError(error);
  if (known instanceof HeadgateError && known.code !== 'HG_INTERNAL') return fromCatalogue(known);
  const refused = refusedByServer(error);
  if (refused) return document(...refused);
  const id = randomUUID();
  log.say('error', { id, error: stackOf(error) }, 'the admin API met something unexpected');
  return { ...document('HG_INTERNAL', `look for ${id} in the log`), id };
}

export function document(code: ErrorCode, detail: string): ProblemDocument {
  const { slug, title, status } = CATALOGUE[code];
  return { type: `/problems/${slug}`, title, status, detail, code };
}

/** Headers that go with a problem, and the problem. */
export function sendProblem(reply: FastifyReply, problem: ProblemDocument): FastifyReply {
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer realm="headgate"');
  if (problem.retryAfterSeconds !== undefined) reply.header('retry-after', problem.retryAfterSeconds);
  return reply.code(problem.status).type(PROBLEM_TYPE).send(JSON.stringify(problem));
}

function fromCatalogue(error: HeadgateError): ProblemDocument {
  const { faults, retryAfterSeconds } = error instanceof AdminError ? error : {};
  return {
    ...document(error.code, error.message),
    ...(faults && faults.length > 0 ? { errors: faults } : {}),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  };
}

function refusedByServer(error: unknown): [ErrorCode, string] | null {
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  const known = typeof code === 'string' ? BY_CODE[code] : undefined;
  if (known) return known;
  // The parser of bodies refuses keys that would reach into prototypes with a plain 400.
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500)
    return ['HG_BAD_REQUEST', 'the request cannot be read'];
  return null;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
