/** Peer: the simple design that many queues use: one ZADD a visitor into a sorted set, one ZRANK a poll. argv: Redis URL. */
import { randomUUID } from 'node:crypto';
import fastify from 'fastify';
import { Redis } from 'ioredis';

const redis = new Redis(process.argv[2] as string);
const server = fastify();
server.post('/tickets', async (_request, reply) => {
  const id = randomUUID();
  await redis.zadd('queue', Date.now(), id);
  return reply.code(201).send({ ticket: id });
});
server.get('/ticket', async (request) => {
  const ticket = request.headers['headgate-ticket'] as string;
  return { position: await redis.zrank('queue', ticket) };
});
console.log(`listening ${await server.listen({ host: '127.0.0.1', port: 0 })}`);
