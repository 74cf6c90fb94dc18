/** The law of a room's status as it travels: made at most twice a second, whole in any language, and not sent again to whoever has it. */
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, it } from 'vitest';
import type { Exchange } from '../../gateway/exchange.ts';
import type { RoomView } from '../../gateway/line/words.ts';
import { createStatus } from '../../gateway/reserved/status.ts';

const VIEW = {
  ...{ room: 'hall', epoch: 1, state: 'open', issued: 7, serving: 3, waiting: 4, lanes: {}, at: 0 },
  ...{ opensAt: null, stateUntil: null, seatsLeft: null, draw: null },
  callsPerMinute: { one: null, five: null },
} as unknown as RoomView;
const WORDS = 'Geöffnet ab 9 Uhr – 開場';

let server: Server;
let nowMs: number;
let issued: number;

async function ask(method: string, headers = {}) {
  const { port } = server.address() as AddressInfo;
  const answer = await new Promise<IncomingMessage>((resolve, reject) =>
    request({ port, host: '127.0.0.1', method, headers, agent: false }, resolve).on('error', reject).end(),
  );
  return { status: answer.statusCode, headers: answer.headers, body: await text(answer) };
}

async function start(): Promise<void> {
  [nowMs, issued] = [1_000, 7];
  const status = createStatus({
    view: (room) => (room === 'hall' ? { ...VIEW, issued } : undefined),
    messages: () => [{ at: '2026-12-01T15:00:00.000Z', text: WORDS }] as never,
    maintenance: () => [],
    seed: () => null,
    clock: { wallMs: () => nowMs, monotonicMs: () => nowMs },
  });
  let count = 0;
  server = createServer((asked, response) => {
    const exchange = { request: asked, response, id: `r-${++count}`, state: 'refused' };
    status.send(exchange as Exchange, 'hall');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
}

afterEach(() => server.close());

it('comes whole in any language, each time with the id of its own request', async () => {
  await start();
  const [first, second] = [await ask('GET'), await ask('GET')];
  expect(JSON.parse(first.body).messages[0].text).toBe(WORDS);
  expect(second.body).toBe(first.body);
  expect(first.headers['content-length']).toBe(String(Buffer.byteLength(first.body)));
  expect(first.headers).toMatchObject({ 'headgate-state': 'bypassed', 'headgate-request-id': 'r-1' });
  expect(second.headers['headgate-request-id']).toBe('r-2');
});

it('has no body for HEAD, and the same length', async () => {
  await start();
  const whole = await ask('GET');
  const head = await ask('HEAD');
  expect(head.body).toBe('');
  expect(head.headers['content-length']).toBe(whole.headers['content-length']);
});

it('is not sent again to whoever has it, and is told anew after half a second', async () => {
  await start();
  const { etag } = (await ask('GET')).headers;
  expect(await ask('GET', { 'if-none-match': etag })).toMatchObject({ status: 304, body: '' });
  issued = 8;
  nowMs += 499;
  expect((await ask('GET', { 'if-none-match': etag })).status).toBe(304);
  nowMs += 1;
  const later = await ask('GET', { 'if-none-match': etag });
  expect(later.status).toBe(200);
  expect(JSON.parse(later.body).issued).toBe(8);
});
