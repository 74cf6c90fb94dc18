/** The metrics port: `/metrics`, `/live`, `/ready`, away from visitors. */
import fastify, { type FastifyInstance } from 'fastify';
import { type HealthSources, readiness } from './health.ts';
import type { Metrics } from './metrics.ts';

export function createMetricsServer(metrics: Metrics, health: HealthSources): FastifyInstance {
  const server = fastify({ forceCloseConnections: true });
  server.get('/metrics', async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.text()),
  );
  server.get('/live', async () => ({ live: true }));
  server.get('/ready', async (_request, reply) => {
    const { status, body } = readiness(health);
    return reply.code(status).send(body);
  });
  return server;
}
