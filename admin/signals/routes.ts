/** Addresses of external signals. */
import { Type } from 'typebox';
import { PAGE_QUERY, pageOf, paginate } from '../http/pagination.ts';
import { type Route, route } from '../words.ts';
import { SignalBody, SignalDocument, type Signals } from './signals.ts';

export function signalRoutes({ signals }: { signals: Signals }): Route[] {
  return [
    route({
      ...{ method: 'POST', path: '/v1/signals', tag: 'signals', role: 'operator', forObservers: true },
      summary: 'Says how an upstream fares: database connections, replication lag, queue depth',
      schemas: { body: SignalBody },
      answers: { 201: SignalDocument },
      handle: async ({ body: { reason: _, ...signal }, actor }) => ({
        status: 201,
        body: signals.post(actor, signal),
      }),
    }),
    route({
      ...{ method: 'GET', path: '/v1/signals', tag: 'signals', role: 'viewer' },
      summary: 'The last value of each external signal; stale ones say nothing',
      schemas: { query: Type.Object({ ...PAGE_QUERY }) },
      answers: { 200: pageOf(SignalDocument) },
      handle: async ({ query }) => ({
        status: 200,
        body: paginate(signals.list(), query, ({ upstream, name }) => `${upstream}\n${name}`),
      }),
    }),
  ];
}
