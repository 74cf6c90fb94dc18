/** The metrics port: `/metrics`, `/live`, `/ready`, away from visitors. */
import fastify, { type FastifyInstance } from 'fastify';
import type { ReadyAnswer } from './health.ts';
import type { Metrics } from './metrics.ts';

export function createMetricsServer(
  metrics: Pick<Metrics, 'contentType' | 'text'>,
  ready: () => Promise<ReadyAnswer>,
  more: () => string = () => '',
): FastifyInstance {
  const server = fastify({ forceCloseConnections: true });
  server.get('/metrics', async (_request, reply) =>
    reply.type(metrics.contentType).send(`${await metrics.text()}${more()}`),
  );
  server.get('/live', async () => ({ live: true }));
  server.get('/ready', async (_request, reply) => {
    const { status, body } = await ready();
    return reply.code(status).send(body);
  });
  return server;
}
