import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { cleanUpLater } from './clean-up.ts';
import { headerOf, readAnswers } from './raw-answers.ts';
import { sendRaw } from './raw-http.ts';

const read = (text: string, methods: string[] = [], isClosed = false) =>
  readAnswers(Buffer.from(text), methods, isClosed);

test('answers that follow one another are told apart by length, by chunks, and by having no body', () => {
  const chunked = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nx-sum: 1\r\n\r\n';
  const text = `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi${chunked}HTTP/1.1 304 Not Modified\r\ncontent-length: 9\r\n\r\n`;
  const { answers, rest } = read(text);
  expect(answers.map(({ status, body }) => [status, String(body)])).toEqual([
    [100, ''],
    [200, 'hi'],
    [200, 'abc'],
    [304, ''],
  ]);
  expect(rest).toHaveLength(0);
});

test('an answer to HEAD has no body, and one without length ends with the connection', () => {
  expect(read('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n', ['HEAD']).answers).toHaveLength(1);
  expect(read('HTTP/1.1 200 OK\r\n\r\npart', ['GET']).answers).toHaveLength(0);
  expect(String(read('HTTP/1.1 200 OK\r\n\r\nwhole', ['GET'], true).answers[0]!.body)).toBe('whole');
});

test('half an answer is the rest', () => {
  const { answers, rest } = read('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nabc');
  expect([answers, String(rest).endsWith('abc')]).toEqual([[], true]);
});

test('raw bytes arrive as they are, and the answer is read', async () => {
  const received: Buffer[] = [];
  const server = createServer((socket) => {
    socket.on('data', (chunk: Buffer) => {
      received.push(chunk);
      socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUpLater(() => server.close());
  const { port } = server.address() as { port: number };
  const { answers } = await sendRaw(`http://127.0.0.1:${port}`, 'GET /\xff HTTP/9\r\n\r\n');
  expect(Buffer.concat(received)).toEqual(Buffer.from('GET /\xff HTTP/9\r\n\r\n', 'latin1'));
  expect([answers[0]!.status, headerOf(answers[0]!, 'connection')]).toEqual([400, 'close']);
});
