/** Addresses of external signals. */
import { Type } from 'typebox';
import type { AuditLog } from '../control/words.ts';
import { AdminError } from '../errors.ts';
import { deletion, reasonOf } from '../http/deletion.ts';
import { PAGE_QUERY, pageOf, paginate } from '../http/pagination.ts';
import { Reason } from '../rooms/words.ts';
import { type Route, route } from '../words.ts';
import { SignalBody, SignalDocument, type Signals } from './signals.ts';

export function signalRoutes({
  signals,
  auditLog,
}: {
  signals: Signals;
  auditLog: Pick<AuditLog, 'append'>;
}): Route[] {
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
    route({
      ...{ method: 'DELETE', path: '/v1/signals/:upstream/:name', tag: 'signals', role: 'operator' },
      summary: 'Nobody reports this signal any more: what it had caused is over',
      schemas: {
        params: Type.Object({
          upstream: Type.String({ minLength: 1, maxLength: 128 }),
          name: Type.String({ minLength: 1, maxLength: 64 }),
        }),
        ...deletion(Reason),
      },
      answers: { 204: Type.Null({ description: 'the signal is forgotten' }) },
      async handle({ params: { upstream, name }, actor, ...why }) {
        const reason = reasonOf(why);
        if (!signals.remove(upstream, name))
          throw new AdminError('HG_NOT_THERE', `nobody posts a signal ${name} of ${upstream}`);
        const subject = `${upstream} ${name}`;
        auditLog.append({
          ...{ actor: actor.name, action: 'signal.remove', subject, reason, before: null, after: null },
        });
        return { status: 204 };
      },
    }),
  ];
}
