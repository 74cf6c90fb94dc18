/** `GET /v1/protection`: what automatic protection does now, by upstream and by room, and why. */
import { Type } from 'typebox';
import type { Fleet } from '../control/words.ts';
import { type Route, route } from '../words.ts';
import { mergeProtection } from './merge.ts';

const nullable = <T>(type: 'string' | 'number' | 'integer', description: string) =>
  Type.Unsafe<T | null>({ type: [type, 'null'], description });
const Time = (description: string) => Type.String({ format: 'date-time', description });

const Distress = Type.Object({
  signal: Type.String({ description: 'latency, errors, empty, connections, or an external signal' }),
  value: Type.Number(),
  limit: Type.Number({ description: 'what it was held against' }),
  since: Time('when it began'),
});

const Signal = Type.Object({
  name: Type.String(),
  value: Type.Number(),
  limit: Type.Number(),
  state: Type.String({ description: 'ok; over: nine tenths of its limit or more; unknown: it is stale' }),
});

const Upstream = Type.Object({
  upstream: Type.String(),
  inFlightLimit: nullable<number>(
    'integer',
    'requests in flight, all gateways together; null: as its connections',
  ),
  shares: Type.Unsafe<Record<string, number | null>>({
    type: 'object',
    additionalProperties: { type: ['integer', 'null'] },
    description: 'part of it by gateway; null: held to nothing',
  }),
  inFlight: Type.Number({ description: 'requests under way now' }),
  queued: Type.Number({ description: 'requests that wait for a slot now' }),
  baseLatencyMs: nullable<number>('number', 'usual time to the head of an answer; null: not learned yet'),
  distress: Type.Unsafe({ anyOf: [Distress, { type: 'null' }], description: 'null: it is well' }),
  routes: Type.Array(Type.Object({ route: Type.String(), suffers: Type.String() }), {
    description: 'routes that suffer by themselves, and from what',
  }),
  signals: Type.Array(Signal),
});

const Room = Type.Object({
  room: Type.String(),
  factor: Type.Number({ description: 'of its admissions a minute' }),
  perMinute: nullable<number>(
    'number',
    'admissions a minute that it is held to; null: none beside its limits',
  ),
  since: Type.Unsafe<string | null>({
    type: ['string', 'null'],
    format: 'date-time',
    description: 'since when',
  }),
  why: Type.String(),
});

const Protection = Type.Object({
  mode: Type.String({ description: 'off, observe, act; unknown: no gateway was heard of' }),
  gateways: Type.Array(
    Type.Object({
      gateway: Type.String(),
      together: Type.Integer({ description: 'decisions that it made for all' }),
      alone: Type.Integer({ description: 'decisions that it made without the others' }),
    }),
  ),
  upstreams: Type.Array(Upstream),
  rooms: Type.Array(Room, { description: 'those that are held to something' }),
});

export function protectionRoutes({ gateways }: Pick<Fleet, 'gateways'>): Route[] {
  return [
    route({
      ...{ method: 'GET', path: '/v1/protection', tag: 'signals', role: 'viewer' },
      summary: 'What automatic protection does now, and why',
      schemas: {},
      answers: { 200: Protection },
      async handle() {
        const heard = [...gateways()].sort((a, b) => b.heardMs - a.heardMs);
        return { status: 200, body: mergeProtection(heard.map(({ report }) => report)) };
      },
    }),
  ];
}
