/**
 * Peer: the waiting room that many build: one member a visitor in a sorted set of Redis, whose rank is the position. A decent
 * one: commands of one turn go out together, and an answer costs one round trip. argv: Redis URL.
 */
import { randomUUID } from 'node:crypto';
import fastify from 'fastify';
import { Redis } from 'ioredis';

const KEY = 'queue';
const redis = new Redis(process.argv[2] as string, { enableAutoPipelining: true });
const server = fastify();
const shape = { type: 'object', properties: { ticket: { type: 'string' }, position: { type: 'integer' } } };
const schema = { response: { 200: shape, 201: shape } };

server.post('/tickets', { schema }, async (_request, reply) => {
  const ticket = randomUUID();
  const [, rank] = await Promise.all([redis.zadd(KEY, Date.now(), ticket), redis.zrank(KEY, ticket)]);
  return reply.code(201).send({ ticket, position: rank });
});

server.get('/ticket', { schema }, async (request, reply) => {
  const ticket = request.headers['headgate-ticket'] as string;
  const rank = await redis.zrank(KEY, ticket);
  return rank === null ? reply.callNotFound() : { ticket, position: rank };
});

/** As so many joins would leave it; sent in large pipelines, for only what is left is looked at. */
server.post('/fill', async (request) => {
  const { count } = request.query as { count: string };
  for (let left = Number(count); left > 0; left -= BATCH) {
    const pipeline = redis.pipeline();
    for (let i = Math.min(left, BATCH); i > 0; i--) pipeline.zadd(KEY, Date.now(), randomUUID());
    await pipeline.exec();
  }
  return { waiting: await redis.zcard(KEY) };
});
const BATCH = 10_000;

console.log(`listening ${await server.listen({ host: '127.0.0.1', port: 0 })}`);
