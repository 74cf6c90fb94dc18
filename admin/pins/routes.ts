/** Pins over the API. */
import { Type } from 'typebox';
import { AdminError } from '../errors.ts';
import { deletion, reasonOf } from '../http/deletion.ts';
import { PAGE_QUERY, pageOf, paginate } from '../http/pagination.ts';
import { Reason } from '../revisions/shapes.ts';
import { type Route, route } from '../words.ts';
import type { Pins } from './pins.ts';

const PinShape = Type.Object({
  id: Type.String(),
  path: Type.String(),
  value: Type.Unknown(),
  reason: Type.String(),
  by: Type.String(),
  at: Type.String({ format: 'date-time' }),
});

const tag = 'pins';

export function pinRoutes(pins: Pins): Route[] {
  return [list(pins), set(pins), lift(pins)];
}

function list(pins: Pins): Route {
  return route({
    method: 'GET',
    path: '/v1/pins',
    summary: 'All pins that hold',
    tag,
    role: 'viewer',
    schemas: { query: Type.Object(PAGE_QUERY) },
    answers: { 200: pageOf(PinShape) },
    handle: async ({ query }) => ({ status: 200, body: paginate(pins.all(), query, ({ id }) => id) }),
  });
}

function set(pins: Pins): Route {
  return route({
    method: 'POST',
    path: '/v1/pins',
    summary: 'Pins a value above every revision until the pin is lifted; replaces a pin on the same path',
    tag,
    role: 'operator',
    idempotent: true,
    schemas: {
      body: Type.Object({
        path: Type.String({
          pattern: '^[a-z]+\\.[^\\u0000-\\u001f\\u007f]+$',
          maxLength: 300,
          description: '`rules.<name>.enabled`, `rooms.<name>.limits.sessions`, `upstreams.<name>.build`, …',
        }),
        value: Type.Unsafe<unknown>({ description: 'as in the configuration' }),
        reason: Reason,
      }),
    },
    answers: {
      201: PinShape,
      422: Type.Object({}, { description: 'HG_REVISION_INVALID: the configuration cannot be read with it' }),
    },
    handle: async ({ body: { path, value, reason }, actor }) => ({
      status: 201,
      body: pins.set({ path, value, reason, by: actor.name }),
    }),
  });
}

function lift(pins: Pins): Route {
  return route({
    method: 'DELETE',
    path: '/v1/pins/:id',
    summary: 'Lifts a pin: the active revision’s own value holds again',
    tag,
    role: 'operator',
    schemas: {
      params: Type.Object({ id: Type.String({ minLength: 1, maxLength: 100 }) }),
      ...deletion(Reason),
    },
    answers: { 204: Type.Null({ description: 'the pin is lifted' }) },
    async handle({ params: { id }, actor, ...why }) {
      if (!pins.lift(id, actor.name, reasonOf(why)))
        throw new AdminError('HG_NOT_THERE', 'there is no such pin');
      return { status: 204 };
    },
  });
}
