/** Long connections: WebSockets and event streams are for those inside, keep their session alive while data flows, and end with it. */
import { get, type IncomingMessage } from 'node:http';
import { beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { visitor } from '../support/http-client.ts';
import { roomAt } from '../support/room-client.ts';
import { type SmallPlatform, startSmallPlatform } from '../support/small-platform.ts';

let gate: GatewayProcess;
let platform: SmallPlatform;

beforeAll(async () => {
  platform = await startSmallPlatform();
  gate = await startGateway({
    config: `
upstreams: { platform: { targets: ["${platform.url}"] } }
rooms:
  hall: { limits: { sessions: 3, submitReserve: 0 } }
  brief: { limits: { sessions: 1, submitReserve: 0 }, session: { idleSeconds: 2, submitGraceSeconds: 0 } }
  site: {}
rules:
  - { name: brief, match: { path: "/*", hosts: [brief.example.com] }, room: brief }
  - { name: hall, match: { path: "/*" }, room: hall }
default: { room: site, upstream: platform }
`,
  });
});

type Visitor = ReturnType<typeof visitor>;

const cookieOf = (person: Visitor) => [...person.jar].map((pair) => pair.join('=')).join('; ');

function openSocket(headers: Record<string, string>, path = '/ws'): Promise<WebSocket | number> {
  const socket = new WebSocket(`${gate.url.replace('http', 'ws')}${path}`, { headers });
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(socket));
    socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.once('error', reject);
  });
}

function openStream(headers: Record<string, string>): Promise<IncomingMessage> {
  return new Promise((resolve, reject) =>
    get(`${gate.url}/stream`, { headers }, resolve).once('error', reject),
  );
}

async function enter(headers: Record<string, string> = {}): Promise<Visitor> {
  const person = visitor(gate.url, headers);
  expect((await person.open('/form')).state).toBe('admitted');
  return person;
}

const closed = (stream: { once(event: 'close', then: () => void): unknown }) =>
  new Promise<void>((resolve) => stream.once('close', resolve));

describe('a WebSocket', () => {
  it('keeps the invitation in its address from the platform', async () => {
    const person = await enter();
    const path = '/ws?a=1&hg_invite=secret.a.b&b=2';
    const socket = (await openSocket({ cookie: cookieOf(person) }, path)) as WebSocket;
    expect(platform.seen.at(-1)).toBe('GET /ws?a=1&b=2');
    socket.close();
    await roomAt(gate.url, 'hall').leaveAs(person);
  });

  it('echoes for a visitor with a pass, and is refused without one', async () => {
    const person = await enter();
    const socket = (await openSocket({ cookie: cookieOf(person) })) as WebSocket;
    const echoed: string[] = [];
    socket.on('message', (data) => echoed.push(String(data)));
    for (let n = 0; n < 500; n++) socket.send(`message ${n}`);
    await expect.poll(() => echoed.length, { interval: 10 }).toBe(500);
    expect(echoed).toEqual(echoed.map((_, n) => `message ${n}`));
    expect(await openSocket({})).toBe(403);
    expect(await openSocket({ cookie: 'hg_p_hall=invented' })).toBe(403);
    socket.close();
    await roomAt(gate.url, 'hall').leaveAs(person);
  });

  it('ends when its visitor leaves', async () => {
    const person = await enter();
    const cookie = cookieOf(person);
    const socket = (await openSocket({ cookie })) as WebSocket;
    const end = closed(socket);
    expect((await roomAt(gate.url, 'hall').leaveAs(person)).status).toBe(204);
    await end;
    expect(await openSocket({ cookie })).toBe(403);
  });

  it('keeps its session alive while data flows, and not when it is silent', async () => {
    const host = { host: 'brief.example.com' };
    const person = await enter(host);
    const socket = (await openSocket({ cookie: cookieOf(person), ...host })) as WebSocket;
    const talking = setInterval(() => socket.send('still here'), 200);
    // Three idle times and more, in which nothing but the WebSocket speaks.
    await new Promise((resolve) => setTimeout(resolve, 8_000));
    expect(socket.readyState).toBe(WebSocket.OPEN);
    const other = visitor(gate.url, host);
    expect((await other.open('/form')).state).toBe('waiting');
    const end = closed(socket);
    clearInterval(talking);
    await end;
    await expect.poll(async () => (await other.open('/form')).state, { interval: 200 }).toBe('admitted');
  });
});

describe('an event stream', () => {
  it('flows for a visitor with a pass, and ends when the visitor leaves', async () => {
    const person = await enter();
    const stream = await openStream({ cookie: cookieOf(person), accept: 'text/event-stream' });
    expect([stream.statusCode, stream.headers['headgate-state']]).toEqual([200, 'admitted']);
    let text = '';
    stream.on('data', (piece) => (text += piece));
    stream.on('error', () => {});
    await expect.poll(() => text.split('data: tick').length, { interval: 20 }).toBeGreaterThan(3);
    const end = closed(stream);
    expect((await roomAt(gate.url, 'hall').leaveAs(person)).status).toBe(204);
    await end;
  });
});
