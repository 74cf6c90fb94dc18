/** `GET /v1/decisions`: what the gates decided by themselves, newest first. */
import { Type } from 'typebox';
import { decodeCursor, PAGE_QUERY, pageOf } from '../http/pagination.ts';
import { type Route, route } from '../words.ts';
import type { Decisions } from './decisions.ts';

const nullable = <T>(type: 'string' | 'number', description: string) =>
  Type.Unsafe<T | null>({ type: [type, 'null'], description });

const Time = (description: string) => Type.String({ format: 'date-time', description });

const Kept = Type.Object({
  id: Type.Integer({ description: 'grows' }),
  at: Time('when it was decided'),
  kind: Type.String({ description: 'engage, disengage, store-lost, …' }),
  room: nullable<string>('string', 'null: no room of its own'),
  signal: nullable<string>('string', 'what was measured'),
  value: nullable<number>('number', 'as it was measured'),
  limit: nullable<number>('number', 'what it was held against'),
  mode: Type.String({ description: 'act; observe: nothing was done' }),
  sentence: Type.String({ description: 'for people' }),
  gateways: Type.Array(Type.String(), { description: 'who reported it' }),
});

const query = Type.Object({
  ...PAGE_QUERY,
  room: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: 'of this room alone' })),
  kind: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'of this kind alone' })),
  from: Type.Optional(Time('not before')),
  to: Type.Optional(Time('not after')),
});

export function decisionRoutes({ decisions }: { decisions: Decisions }): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/decisions',
      summary: 'What the gates decided by themselves, newest first',
      tag: 'decisions',
      role: 'viewer',
      filtersRooms: true,
      schemas: { query },
      answers: { 200: pageOf(Kept) },
      async handle({ query: { limit, cursor, room, kind, from, to }, actor }) {
        const before = cursor === undefined ? null : decodeCursor(cursor, ['number'])[0];
        const asked = { room, kind, from: utc(from), to: utc(to), before, rooms: actor.rooms };
        return { status: 200, body: decisions.list(asked, limit) };
      },
    }),
  ];
}

/** As decisions are written, so that texts compare as times do. */
function utc(time: string | undefined): string | undefined {
  return time === undefined ? undefined : new Date(time).toISOString();
}
