/** Laws of the observer in real servers: it tells apart what came through the gate, refuses where it is told to, and leaves requests as they are. */
import { createHash, randomBytes } from 'node:crypto';
import { createServer as createHttp2Server, connect as http2Connect } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import connect from 'connect';
import express from 'express';
import fastify from 'fastify';
import { request as send } from 'undici';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Observer } from '../../../admin/observer/index.js';
import { ask, NAVIGATION } from '../../support/http-client.ts';
import { openRaw } from '../../support/raw-http.ts';
import { newObserver, REQUEST, SERVERS, serve, stamped, stampOf, tellAll } from './support.ts';

const PATH = REQUEST.pathAndQuery;

describe.each(Object.entries(SERVERS))('in %s', (_name, start) => {
  test('a stamped request is one, and goes on', async () => {
    const observer = newObserver({ refuse: true });
    const url = await start(observer);
    const answer = await ask(url + PATH, { headers: stamped() });
    expect([answer.status, answer.json()]).toEqual([200, { method: 'GET', target: PATH, body: '' }]);
    expect(observer.figures()).toMatchObject({ requests: 1, stamped: 1, unstamped: 0, refused: 0 });
  });

  test.each([
    ['no stamp', {}, PATH, 'GET', {}],
    ['a stamp made with another secret', { 'headgate-stamp': forgedStamp() }, PATH, 'GET', { forged: 1 }],
    ['a stamp of another path', stamped(), '/ereg/newreg.php?eventid=4712', 'GET', { forged: 1 }],
    ['a stamp of another method', stamped(), PATH, 'POST', { forged: 1 }],
    ['a stamp of another host', { ...stamped(), host: 'other.example.com' }, PATH, 'GET', { forged: 1 }],
    ['half a stamp', { 'headgate-stamp': 'v1.1.x' }, PATH, 'GET', { malformed: 1 }],
  ])(
    '%s is no proof: told where nothing is refused, 403 where it is',
    async (_what, headers, path, method, wrong) => {
      for (const refuse of [false, true]) {
        const observer = newObserver({ refuse });
        const url = await start(observer);
        const answer = await ask(url + path, { method, headers: { host: REQUEST.host, ...headers } });
        expect(answer.status).toBe(refuse ? 403 : 200);
        expect(observer.figures()).toMatchObject({
          ...{ requests: 1, stamped: 0, unstamped: 1, refused: refuse ? 1 : 0, wrong },
        });
      }
    },
  );

  test('a stamp whose clock is off by more than 5 minutes is told and never refused', async () => {
    const observer = newObserver({ refuse: true });
    const url = await start(observer);
    for (const off of [-3600, -301, -300, 0, 300, 301]) {
      const headers = stamped({ unixSeconds: REQUEST.unixSeconds + off });
      expect((await ask(url + PATH, { headers })).status).toBe(200);
    }
    expect(observer.figures()).toMatchObject({ stamped: 6, unstamped: 0, wrong: { clock: 3 } });
  });

  test('programs that are refused get a problem document, people a page, and HEAD no body', async () => {
    const url = await start(newObserver({ refuse: true }));
    const program = await ask(url + PATH);
    expect(program.headers['content-type']).toBe('application/problem+json');
    expect(program.json()).toMatchObject({ status: 403, title: 'Not through the gate' });
    const person = await ask(url + PATH, { headers: NAVIGATION });
    expect(person.headers['content-type']).toContain('text/html');
    expect(person.text).toContain('<h1>');
    for (const answer of [program, person]) expect(answer.headers['cache-control']).toBe('private, no-store');
    expect((await ask(url + PATH, { method: 'HEAD' })).text).toBe('');
  });

  test('paths that are allowed are asked straight, and nothing that only begins like them', async () => {
    const observer = newObserver({ refuse: true, allow: ['/health', '/probe/*'] });
    const url = await start(observer);
    const statusOf = async (path: string) => (await ask(url + path)).status;
    for (const path of ['/health', '/health?x=1', '/probe', '/probe/a/b'])
      expect(await statusOf(path)).toBe(200);
    for (const path of [
      '/healthy',
      '/health/x',
      '/probes',
      '/probe/%2e%2e/ereg',
      '/probe/x%2Fy',
      '/probe//x',
    ])
      expect(await statusOf(path)).toBe(403);
    expect(observer.figures()).toMatchObject({ requests: 10, allowed: 4, unstamped: 6, refused: 6 });
  });

  test('a body arrives byte for byte, whether it was announced or came in chunks', async () => {
    const url = await start(newObserver({ refuse: true }));
    const body = randomBytes(300_000).toString('base64');
    for (const framing of ['length', 'chunks']) {
      const answer = await send(url + PATH, {
        method: 'POST',
        body: framing === 'chunks' ? Readable.from(piecesOf(body)) : body,
        headers: stamped({ method: 'POST' }),
      });
      const seen = (await answer.body.json()) as { body: string };
      expect(digest(seen.body)).toBe(digest(body));
    }
  });

  test('a connection is kept over verdicts of all kinds, and closed after a refused body', async () => {
    const observer = newObserver({ refuse: true });
    const connection = await openRaw(await start(observer));
    const head = `GET ${PATH} HTTP/1.1\r\nHost: ${REQUEST.host}\r\n`;
    const good = `${head}headgate-stamp: ${stampOf()}\r\n\r\n`;
    connection.write(`${good}${head}\r\n${good}`);
    const { answers, isClosed } = await connection.read(3);
    expect([answers.map(({ status }) => status), isClosed]).toEqual([[200, 403, 200], false]);
    connection.write(`POST ${PATH} HTTP/1.1\r\nHost: ${REQUEST.host}\r\ncontent-length: 3\r\n\r\nabc${good}`);
    const after = await connection.read(5);
    expect(after.answers.map(({ status }) => status)).toEqual([200, 403, 200, 403]);
    expect(after.isClosed).toBe(true);
    connection.close();
  });
});

test.each([
  ['express', (observer: Observer) => express().use('/ereg', observer.middleware).use(tellAll)],
  [
    'connect',
    (observer: Observer) =>
      connect()
        .use('/ereg', observer.middleware)
        .use((request, response) => void tellAll(request, response)),
  ],
])('mounted under a path in %s the whole path counts', async (_name, create) => {
  const observer = newObserver({ refuse: true });
  const url = await serve(create(observer));
  expect((await ask(url + PATH, { headers: stamped() })).status).toBe(200);
  expect((await ask(`${url}/ereg/newreg.php`, { headers: { host: REQUEST.host } })).status).toBe(403);
  expect((await ask(`${url}/other`)).status).toBe(200);
  expect(observer.figures().byAddress.map((row) => row.pathShape)).toEqual(['/ereg/newreg.php']);
});

test('in Fastify it holds for every route, encapsulated ones and unknown addresses among them', async () => {
  const observer = newObserver({ refuse: true });
  const app = fastify();
  await app.register(async (part) => part.get('/inside', async () => 'in'));
  await app.register(observer.fastify);
  app.get('/outside', async () => 'out');
  for (const url of ['/inside', '/outside', '/nowhere']) {
    const answer = await app.inject({ url });
    expect([url, answer.statusCode]).toEqual([url, 403]);
  }
  await app.close();
});

test('over HTTP/2 the authority is the host', async () => {
  const observer = newObserver({ refuse: true });
  const server = createHttp2Server((request, response) =>
    observer.middleware(request, response, () => response.end('in')),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const session = http2Connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  onTestFinished(() => {
    session.destroy();
    server.close();
  });
  const statusOf = (headers: Record<string, string>) =>
    new Promise((resolve, reject) => {
      const stream = session.request({ ':authority': REQUEST.host, ':path': PATH, ...headers });
      stream.once('response', (answer) => resolve(answer[':status']));
      stream.once('error', reject);
      stream.resume();
    });
  expect(await statusOf({ 'headgate-stamp': stampOf() })).toBe(200);
  expect(await statusOf({})).toBe(403);
  expect(observer.figures()).toMatchObject({ stamped: 1, unstamped: 1 });
});

function forgedStamp(): string {
  const stamp = stampOf();
  return `${stamp.slice(0, stamp.lastIndexOf('.'))}.${'A'.repeat(43)}`;
}

async function* piecesOf(text: string): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < text.length; at += 50_000) yield Buffer.from(text.slice(at, at + 50_000));
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
