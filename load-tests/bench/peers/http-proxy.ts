/** Peer: stock @fastify/http-proxy in front of the upstream in argv, doing nothing else. */
import proxy from '@fastify/http-proxy';
import fastify from 'fastify';

const server = fastify();
server.register(proxy, { upstream: process.argv[2] as string });
console.log(`listening ${await server.listen({ host: '127.0.0.1', port: 0 })}`);
