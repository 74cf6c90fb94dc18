/** `GET /v1/timeline`: what happened and the figures of each minute, as JSON or as Markdown. */
import { Type } from 'typebox';
import type { Clock } from '../../gateway/clock.ts';
import type { ControlData } from '../data/words.ts';
import { AdminError } from '../errors.ts';
import { type Route, route } from '../words.ts';
import { timelineMarkdown } from './markdown.ts';
import { readTimeline } from './read.ts';
import { readSpan, TIME_WORDS } from './times.ts';

const Time = (fallback: string, description: string) =>
  Type.String({ default: fallback, minLength: 1, maxLength: 40, description });
const share = { type: ['number', 'null'], description: 'null: nothing was forwarded, or not known' };
const text = { type: ['string', 'null'] };

const query = Type.Object({
  from: Time('2h', `begin: ${TIME_WORDS}`),
  to: Time('now', `end: ${TIME_WORDS}`),
  room: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9_~-]{1,64}$',
      description: 'of this room, and of the whole platform',
    }),
  ),
  format: Type.Unsafe<'json' | 'markdown'>({
    type: 'string',
    enum: ['json', 'markdown'],
    default: 'json',
    description: 'markdown: for a report',
  }),
});

const Entry = Type.Object({
  at: Type.String({ format: 'date-time' }),
  kind: Type.String({ description: 'finding, decision, change, message, drift or reminder' }),
  action: Type.String(),
  room: Type.Unsafe<string | null>(text),
  severity: Type.String(),
  summary: Type.String({ description: 'for people' }),
  by: Type.Unsafe<string | null>(text),
  reason: Type.Unsafe<string | null>(text),
  auditSeq: Type.Unsafe<number | null>({
    type: ['integer', 'null'],
    description: 'position in the audit log',
  }),
});

const Minute = Type.Object({
  at: Type.String({ format: 'date-time', description: 'the minute’s begin' }),
  requests: Type.Integer(),
  forwarded: Type.Integer(),
  failedShare: Type.Unsafe<number | null>(share),
  unqueuedShare: Type.Unsafe<number | null>(share),
  findingsOpen: Type.Integer(),
  driftOpen: Type.Integer(),
  gateways: Type.Integer(),
  rooms: Type.Array(Type.Unknown(), {
    description: 'the busiest: room, waiting, sessions, callsPerMinute, admissions',
  }),
});

const Answered = Type.Object({
  from: Type.String({ format: 'date-time' }),
  to: Type.String({ format: 'date-time' }),
  room: Type.Unsafe<string | null>(text),
  truncated: Type.Boolean({ description: 'there was more than one answer holds' }),
  entries: Type.Array(Entry),
  minutes: Type.Array(Minute),
});

export function timelineRoutes(parts: { data: ControlData; clock: Pick<Clock, 'wallMs'> }): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/timeline',
      summary: 'What happened, in order, with key figures of each minute',
      tag: 'timeline',
      role: 'viewer',
      filtersRooms: true,
      roomOf: ({ query: { room } }) => room ?? null,
      schemas: { query },
      answers: { 200: Answered },
      async handle({ query: { from, to, room = null, format }, actor }) {
        const read = readSpan(from, to, parts.clock.wallMs());
        if (read.kind === 'wrong') throw new AdminError('HG_INVALID', read.why);
        const { fromMs, toMs } = read;
        const timeline = readTimeline(parts.data.db, { fromMs, toMs, room, rooms: actor.rooms });
        if (format === 'json') return { status: 200, body: timeline };
        const headers = { 'content-type': 'text/markdown; charset=utf-8' };
        return { status: 200, body: timelineMarkdown(timeline), headers };
      },
    }),
  ];
}
