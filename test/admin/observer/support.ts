/** A gate's keys, stamps and passes for the laws of the observer, and the servers that it is mounted in. */
import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import connect from 'connect';
import express from 'express';
import fastify from 'fastify';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { onTestFinished } from 'vitest';
import {
  type AnyRequest,
  createObserver,
  type Observer,
  type ObserverOptions,
} from '../../../admin/observer/index.js';
import { type StampFacts, signStamp } from '../../../gateway/audit/stamp.ts';

export const NOW_MS = Date.parse('2026-11-01T12:00:00Z');
const NOW_SECONDS = NOW_MS / 1000;

export interface StampKey {
  kid: string;
  jwk: { kid: string; kty: string; k: string };
  key: KeyObject;
}

export function newStampKey(kid: string): StampKey {
  const secret = randomBytes(32);
  return {
    kid,
    jwk: { kid, kty: 'oct', k: secret.toString('base64url') },
    key: createSecretKey(secret),
  };
}

export function saveKey(folder: string, { kid, jwk }: StampKey): Promise<void> {
  return writeFile(join(folder, `${kid}.stamp.jwk`), JSON.stringify(jwk));
}

export const KEY = newStampKey('k1');

export const REQUEST: StampFacts = {
  unixSeconds: NOW_SECONDS,
  room: 'event-4711',
  class: 'registration',
  method: 'GET',
  host: 'register.example.com',
  pathAndQuery: '/ereg/newreg.php?eventid=4711',
};

export function stampOf(change: Partial<StampFacts> = {}, { kid, key }: StampKey = KEY): string {
  return signStamp(kid, key, { ...REQUEST, ...change });
}

/** The headers of a stamped request. */
export function stamped(change: Partial<StampFacts> = {}, key: StampKey = KEY): Record<string, string> {
  return { host: change.host ?? REQUEST.host, 'headgate-stamp': stampOf(change, key) };
}

export interface Passes {
  jwks: { keys: JWK[] };
  sign(change?: { claims?: Record<string, unknown>; header?: Record<string, unknown> }): Promise<string>;
}

/** A signer of passes, and the public half of its key as a gate serves it. */
export async function newPasses(kid = 'p1'): Promise<Passes> {
  const pair = await generateKeyPair('ES256', { extractable: true });
  return {
    jwks: { keys: [{ ...(await exportJWK(pair.publicKey)), kid, use: 'sig', alg: 'ES256' }] },
    sign: ({ claims = {}, header = {} } = {}) =>
      new SignJWT({
        ...{ iss: 'headgate', aud: 'event-4711', room: 'event-4711', jti: 'a', epoch: 1, n: 7, fence: 0 },
        ...{ lane: 'default', start: NOW_MS, iat: NOW_SECONDS, exp: NOW_SECONDS + 600, ...claims },
      })
        .setProtectedHeader({ alg: 'ES256', typ: 'hg-pass+jwt', kid, ...header })
        .sign(pair.privateKey),
  };
}

/** An observer that is stopped when the test is over, with a clock that stands still and what it said. */
export function newObserver(options: Partial<ObserverOptions> = {}): Observer & { said: string[] } {
  const said: string[] = [];
  const observer = createObserver({
    stampKeys: [KEY.jwk],
    now: () => NOW_MS,
    log: (line) => said.push(line),
    ...options,
  });
  onTestFinished(() => observer.stop());
  return Object.assign(observer, { said });
}

/** A request as a server would hand it in, without a server. */
export function requestOf(
  headers: Record<string, string> = {},
  { method = REQUEST.method, url = REQUEST.pathAndQuery, address = '203.0.113.7' } = {},
): AnyRequest {
  const head = { method, url, headers: { host: REQUEST.host, ...headers }, httpVersionMajor: 1 };
  return { ...head, socket: { remoteAddress: address } } as unknown as IncomingMessage;
}

/** Each answers every request with its method, its target and its body. */
export const SERVERS = {
  fastify: async (observer: Observer) => {
    const app = fastify({ forceCloseConnections: true });
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    await app.register(observer.fastify);
    app.all('*', async (request, reply) => {
      reply.hijack();
      await tellAll(request.raw, reply.raw);
    });
    await app.listen({ port: 0, host: '127.0.0.1' });
    onTestFinished(() => app.close());
    return urlOf(app.server);
  },
  express: async (observer: Observer) => {
    const app = express();
    app.use(observer.middleware);
    app.use((request, response) => tellAll(request, response));
    return serve(app);
  },
  connect: async (observer: Observer) => {
    const app = connect();
    app.use(observer.middleware);
    app.use((request, response) => void tellAll(request, response));
    return serve(app);
  },
};

export async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return urlOf(server);
}

export async function tellAll(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const target = (request as { originalUrl?: string }).originalUrl ?? request.url;
  response.setHeader('content-type', 'application/json');
  response.end(
    JSON.stringify({ method: request.method, target, body: Buffer.concat(chunks).toString('latin1') }),
  );
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
