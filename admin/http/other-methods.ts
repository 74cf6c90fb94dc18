/** An address that is there, asked by a method that it does not take: 405 with the methods that it does. */
import type { FastifyInstance, HTTPMethods } from 'fastify';
import { AdminError } from '../errors.ts';
import type { Route } from '../words.ts';

const METHODS: HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** After all routes are added. */
export function refuseOtherMethods(
  server: FastifyInstance,
  routes: readonly Pick<Route, 'path' | 'method'>[],
): void {
  const byPath = Map.groupBy(routes, ({ path }) => path);
  for (const [url, there] of byPath) {
    const allowed = METHODS.filter((method) => server.hasRoute({ method, url }));
    const refused = METHODS.filter((method) => !allowed.includes(method));
    server.route({
      method: refused,
      url,
      schema: { hide: true },
      // Before the body is read.
      onRequest: async (_request, reply) => {
        reply.header('allow', allowed.join(', '));
        throw new AdminError(
          'HG_METHOD',
          `this address takes ${there.map(({ method }) => method).join(', ')}`,
        );
      },
      handler: async () => undefined,
    });
  }
}
