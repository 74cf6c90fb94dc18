/** Drift over the API. */
import { Type } from 'typebox';
import { PAGE_QUERY, pageOf, paginate } from '../http/pagination.ts';
import { type Route, route } from '../words.ts';
import type { Drift } from './drift.ts';

const nullableText = Type.Unsafe<string | null>({ type: ['string', 'null'] });

const Item = Type.Object({
  id: Type.String(),
  kind: Type.String(),
  severity: Type.String({ description: 'critical, warning, info' }),
  summary: Type.String(),
  gateway: nullableText,
  path: nullableText,
  file: nullableText,
  line: Type.Unsafe<number | null>({ type: ['integer', 'null'] }),
  found: Type.Unknown({ description: 'what is there' }),
  wanted: Type.Unknown({ description: 'what should be' }),
  pin: Type.Unsafe<string | null>({ type: ['string', 'null'], description: 'id of the pin that holds' }),
  firstSeen: Type.String({ format: 'date-time' }),
  lastSeen: Type.String({ format: 'date-time' }),
  resolvedAt: nullableText,
});

export function driftRoutes(drift: Drift): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/drift',
      summary: 'What is not as the active revision says',
      tag: 'drift',
      role: 'viewer',
      schemas: {
        query: Type.Object({
          ...PAGE_QUERY,
          resolved: Type.Boolean({ default: false, description: 'also what is over' }),
        }),
      },
      answers: { 200: pageOf(Item) },
      handle: async ({ query }) => ({
        status: 200,
        body: paginate(drift.list(query.resolved), query, ({ id }) => id),
      }),
    }),
  ];
}
