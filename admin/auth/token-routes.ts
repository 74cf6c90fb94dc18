/** Tokens over the API, for admins: list, make (the secret is in this one answer), and withdraw. */
import { Type } from 'typebox';
import { AdminError } from '../errors.ts';
import { deletion, reasonOf } from '../http/deletion.ts';
import { PAGE_QUERY, pageOf, paginate } from '../http/pagination.ts';
import { type Role, type Route, route } from '../words.ts';
import { ROLES } from './roles.ts';
import { MOST_HOURS, type TokenTable } from './token-table.ts';

const RoleName = Type.Unsafe<Role>({ type: 'string', enum: [...ROLES] });
const Time = Type.Unsafe<string | null>({ type: ['string', 'null'], format: 'date-time' });
const Rooms = Type.Unsafe<string[] | null>({
  type: ['array', 'null'],
  items: { type: 'string', pattern: '^[A-Za-z0-9_~-]{1,64}$' },
  maxItems: 1_000,
  description: 'an organiser’s rooms; null: all',
});
const Reason = Type.String({ minLength: 1, maxLength: 1_000, description: 'why; goes to the audit log' });

const TOKEN = {
  id: Type.String(),
  name: Type.String(),
  role: RoleName,
  rooms: Rooms,
  createdAt: Type.String({ format: 'date-time' }),
  createdBy: Type.String(),
  expiresAt: Time,
  lastUsedAt: Time,
  revokedAt: Time,
};
const Token = Type.Object(TOKEN, { description: 'a token without its secret' });

export function tokenRoutes(tokens: TokenTable): Route[] {
  return [list(tokens), create(tokens), revoke(tokens)];
}

function list(tokens: TokenTable): Route {
  return route({
    method: 'GET',
    path: '/v1/tokens',
    summary: 'All tokens, newest first, withdrawn and expired ones too',
    tag: 'tokens',
    role: 'admin',
    schemas: { query: Type.Object(PAGE_QUERY) },
    answers: { 200: pageOf(Token) },
    handle: async ({ query }) => ({ status: 200, body: paginate(tokens.list(), query, ({ id }) => id) }),
  });
}

/** Not idempotent by key: the answer holds the secret, and would have to be kept. */
function create(tokens: TokenTable): Route {
  return route({
    method: 'POST',
    path: '/v1/tokens',
    summary: 'A new token; `token` is told in this answer and never again',
    tag: 'tokens',
    role: 'admin',
    schemas: {
      body: Type.Object({
        name: Type.String({ pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f]{1,100}$' }),
        role: RoleName,
        rooms: Type.Optional(Rooms),
        expiresInHours: Type.Optional(
          Type.Unsafe<number | null>({ type: ['number', 'null'], exclusiveMinimum: 0, maximum: MOST_HOURS }),
        ),
        reason: Reason,
      }),
    },
    answers: { 201: Type.Object({ ...TOKEN, token: Type.String() }, { description: 'the new token' }) },
    handle: async ({ body, actor }) => {
      const { rooms = null, expiresInHours = null, ...token } = body;
      const { view, text } = tokens.add({ ...token, rooms, expiresInHours }, actor.name);
      return { status: 201, body: { ...view, token: text }, headers: { 'cache-control': 'no-store' } };
    },
  });
}

function revoke(tokens: TokenTable): Route {
  return route({
    method: 'DELETE',
    path: '/v1/tokens/:id',
    summary: 'Withdraws a token at once',
    tag: 'tokens',
    role: 'admin',
    schemas: {
      params: Type.Object({ id: Type.String({ maxLength: 100 }) }),
      ...deletion(Reason),
    },
    answers: { 204: Type.Null({ description: 'it is worth nothing from now on' }) },
    handle: async ({ params, actor, ...why }) => {
      if (tokens.revoke(params.id, actor.name, reasonOf(why))) return { status: 204 };
      throw new AdminError('HG_NOT_THERE', 'there is no token of this id');
    },
  });
}
