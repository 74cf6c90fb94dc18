/** Peer: a bare Fastify JSON route, doing nothing else. */
import fastify from 'fastify';

const server = fastify();
const schema = {
  response: {
    200: {
      type: 'object',
      properties: {
        room: { type: 'string' },
        issued: { type: 'integer' },
        serving: { type: 'integer' },
        at: { type: 'string' },
      },
    },
  },
};
server.get('/json', { schema }, async () => ({
  room: 'event-4711',
  issued: 1_208,
  serving: 896,
  at: new Date().toISOString(),
}));
console.log(`listening ${await server.listen({ host: '127.0.0.1', port: 0 })}`);
