/** Bounds on clients: too much is refused with its own status, too slow is ended, and neither keeps others from being served. */
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { ask } from '../support/http-client.ts';
import { headerOf } from '../support/raw-answers.ts';
import { openRaw, type RawConnection, sendRaw } from '../support/raw-http.ts';
import { type RecordingPlatform, startRecordingPlatform } from '../support/recording-platform.ts';

const HEAD_BYTES = 4_000;
const URL_BYTES = 1_000;
const BODY_BYTES = 200_000;
const CONNECTIONS = 8;
const UNTIL_CLOSED = Number.POSITIVE_INFINITY;

let platform: RecordingPlatform;
let gate: GatewayProcess;

beforeAll(async () => {
  platform = await startRecordingPlatform();
  gate = await startGateway({
    config: `
listen: { headersSeconds: 2, maxHeaderBytes: ${HEAD_BYTES}, maxUrlBytes: ${URL_BYTES}, maxBodyBytes: ${BODY_BYTES} }
upstreams: { platform: { targets: ["${platform.url}"], maxConnections: ${CONNECTIONS} } }
rooms: { platform: {} }
rules: [{ name: everything, match: { path: "/*" }, action: bypass }]
default: { room: platform, upstream: platform }
`,
  });
});

beforeEach(() => platform.forget());

const get = (target: string, more = '') => `GET ${target} HTTP/1.1\r\nHost: h\r\n${more}\r\n`;
const post = (more: string, body = '') => `POST /a HTTP/1.1\r\nHost: h\r\n${more}\r\n${body}`;
const chunk = (bytes: number) => `${bytes.toString(16)}\r\n${'x'.repeat(bytes)}\r\n`;

/** Statuses of all answers until the gate closes, and what the platform heard. */
async function refusal(bytes: string) {
  const { answers, isClosed } = await sendRaw(gate.url, bytes, { answers: UNTIL_CLOSED });
  const [answer] = answers;
  await ask(`${gate.url}/fence`);
  const heard = platform.requests.filter(({ target }) => target !== '/fence').map(({ target }) => target);
  return {
    statuses: answers.map(({ status }) => status),
    state: answer && headerOf(answer, 'headgate-state'),
    isClosed,
    heard,
  };
}

const refusedWith = (status: number) => ({ statuses: [status], state: 'refused', isClosed: true, heard: [] });

describe('too much', () => {
  test.each([
    ['one large header', get('/a', `X: ${'y'.repeat(HEAD_BYTES)}\r\n`)],
    ['many small ones', get('/a', 'X: y\r\n'.repeat(HEAD_BYTES / 4))],
    ['a large cookie', get('/a', `Cookie: a=${'b'.repeat(HEAD_BYTES)}\r\n`)],
    ['a head without an end', `GET /a HTTP/1.1\r\nHost: h\r\nX: ${'y'.repeat(1_000_000)}`],
    ['fields without an end', `GET /a HTTP/1.1\r\nHost: h\r\n${'X: y\r\n'.repeat(100_000)}`],
    [
      'an upgrade',
      get('/a', `Connection: Upgrade\r\nUpgrade: websocket\r\nX: ${'y'.repeat(HEAD_BYTES)}\r\n`),
    ],
  ])('of a head, %s: 431', async (_, bytes) => {
    expect(await refusal(bytes)).toEqual(refusedWith(431));
  });

  test.each([
    ['path', get(`/${'a'.repeat(URL_BYTES)}`)],
    ['query', get(`/a?${'b'.repeat(URL_BYTES)}`)],
    ['path of escapes', get(`/${'%20'.repeat(URL_BYTES)}`)],
    ['absolute form', get(`http://h/${'a'.repeat(URL_BYTES)}`)],
    ['path of 100 kB', get(`/${'a'.repeat(100_000)}`)],
  ])('of a target, by its %s: 414', async (_, bytes) => {
    expect(await refusal(bytes)).toEqual(refusedWith(414));
  });

  test.each([
    ['by its length, none of it sent', post(`Content-Length: ${BODY_BYTES + 1}\r\n`)],
    [
      'by its length, all of it sent',
      post(`Content-Length: ${BODY_BYTES + 1}\r\n`, 'x'.repeat(BODY_BYTES + 1)),
    ],
    ['by far', post('Content-Length: 999999999999\r\n', 'x'.repeat(1_000_000))],
    ['where it asks before', post(`Expect: 100-continue\r\nContent-Length: ${BODY_BYTES + 1}\r\n`)],
  ])('of a body, %s: 413, and the platform hears nothing', async (_, bytes) => {
    expect(await refusal(bytes)).toEqual(refusedWith(413));
    expect(platform.unfinished()).toBe('');
  });

  test('of a body in chunks: 413, and the platform never gets it whole', async () => {
    const bytes =
      post('Transfer-Encoding: chunked\r\n') + chunk(10_000).repeat(BODY_BYTES / 10_000 + 1) + chunk(0);
    expect(await refusal(bytes)).toEqual(refusedWith(413));
  });

  test('just within the bounds is served', async () => {
    const head = get(`/${'a'.repeat(URL_BYTES - 10)}`, `X: ${'y'.repeat(HEAD_BYTES - 100)}\r\n`);
    const byLength = post(`Content-Length: ${BODY_BYTES}\r\n`, 'x'.repeat(BODY_BYTES));
    const inChunks =
      post('Transfer-Encoding: chunked\r\n') + chunk(10_000).repeat(BODY_BYTES / 10_000) + chunk(0);
    const { answers } = await sendRaw(gate.url, head + byLength + inChunks, { answers: 3 });
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(platform.requests.map(({ body }) => body.length)).toEqual([0, BODY_BYTES, BODY_BYTES]);
  });
});

describe('too slow', () => {
  async function openAll(count: number, bytes: string): Promise<RawConnection[]> {
    const connections = await Promise.all(Array.from({ length: count }, () => openRaw(gate.url)));
    for (const connection of connections) connection.write(bytes);
    return connections;
  }

  test.each([
    ['nothing', ''],
    ['half a request line', 'GET /a HT'],
    ['half a head', 'GET /a HTTP/1.1\r\nHost: h\r\nX: '],
  ])('a client that sends %s and no more is told 408 and let go', async (_, bytes) => {
    const [connection] = await openAll(1, bytes);
    const { answers, isClosed } = await connection!.read(UNTIL_CLOSED, 30_000);
    expect([answers.map(({ status }) => status), isClosed]).toEqual([[408], true]);
  });

  test('others are served while hundreds of clients keep their heads and bodies back', async () => {
    const slow = await Promise.all([
      openAll(100, ''),
      openAll(100, 'GET /a HTTP/1.1\r\nHost: h\r\n'),
      openAll(100, post('Content-Length: 1000\r\n', 'x')),
      openAll(100, post('Transfer-Encoding: chunked\r\n', chunk(10))),
      openAll(100, post(`Content-Length: ${BODY_BYTES}\r\n`, 'x')),
    ]);
    for (let count = 0; count < 50; count++) expect((await ask(`${gate.url}/innocent`)).status).toBe(200);
    // Bodies that still come take at most half of the platform's connections.
    expect(platform.connections()).toBeLessThanOrEqual(CONNECTIONS / 2 + 1);
    for (const connection of slow.flat()) connection.close();
    await expect.poll(() => platform.connections()).toBeLessThanOrEqual(1);
  });

  test('a form that comes slowly still arrives whole', async () => {
    const connection = await openRaw(gate.url);
    connection.write(post('Content-Length: 5\r\n'));
    for (const byte of 'hello') {
      connection.write(byte);
      await ask(`${gate.url}/meanwhile`);
    }
    const { answers } = await connection.read(1);
    expect(JSON.parse(String(answers[0]!.body)).body).toBe('hello');
    connection.close();
  });
});
