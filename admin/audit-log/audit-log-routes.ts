/** `GET /v1/audit-log`: who did what and why, newest first. */
import { Type } from 'typebox';
import { PAGE_QUERY, pageOf } from '../http/pagination.ts';
import { type Route, route } from '../words.ts';
import type { AuditBook } from './audit-log.ts';

const Entry = Type.Object(
  {
    seq: Type.Integer({ description: 'position, from 1' }),
    at: Type.String({ format: 'date-time' }),
    actor: Type.String({ description: '`token:<name>`, `oidc:<subject>`, `headgate`, `command line`' }),
    action: Type.String(),
    subject: Type.String(),
    reason: Type.Unsafe<string | null>({ type: ['string', 'null'] }),
    before: Type.Unknown(),
    after: Type.Unknown(),
    hash: Type.String({ description: 'SHA-256 over the entry before and this one' }),
  },
  { description: 'an entry of the audit log' },
);

export function auditLogRoutes(book: Pick<AuditBook, 'list'>): Route[] {
  const time = (description: string) => Type.Optional(Type.String({ format: 'date-time', description }));
  return [
    route({
      method: 'GET',
      path: '/v1/audit-log',
      summary: 'Who did what and why, newest first',
      tag: 'audit log',
      role: 'viewer',
      schemas: {
        query: Type.Object({
          ...PAGE_QUERY,
          subject: Type.Optional(Type.String({ maxLength: 500 })),
          action: Type.Optional(Type.String({ maxLength: 100 })),
          from: time('entries of this time and later'),
          to: time('entries of this time and earlier'),
        }),
      },
      answers: { 200: pageOf(Entry) },
      handle: async ({ query }) => ({ status: 200, body: book.list(query) }),
    }),
  ];
}
