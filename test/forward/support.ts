/** Small real servers for the laws of forwarding: a gate that forwards everything, and platforms, polite and raw. */
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import {
  type AddressInfo,
  connect,
  createServer as createNetServer,
  type Server as NetServer,
  type Socket,
} from 'node:net';
import type { Duplex } from 'node:stream';
import { onTestFinished } from 'vitest';
import type { UpstreamSettings } from '../../config/settings.ts';
import { type Clock, systemClock } from '../../gateway/clock.ts';
import { createForwarder, type Forwarder } from '../../gateway/forward/forwarder.ts';
import type { TargetStatus } from '../../gateway/forward/upstream.ts';
import type {
  AnswerAdditions,
  ForwardOrder,
  ForwardOutcome,
  PlatformAnswer,
  Rank,
} from '../../gateway/forward/words.ts';

/** By the header `x-rank`: `<class>[ inside]`. */
function rankOf({ headers }: IncomingMessage): Rank {
  const [name = 'registration', inside] = String(headers['x-rank'] ?? 'registration').split(' ');
  return { class: name as Rank['class'], inside: inside === 'inside', room: null };
}

export const silentLog = { say: () => {} };

export function upstreamSettings(
  urls: readonly (string | { url: string; weight: number })[],
  change: Partial<UpstreamSettings> = {},
): UpstreamSettings {
  return {
    targets: urls.map((target) => (typeof target === 'string' ? { url: target, weight: 1 } : target)),
    maxConnections: 256,
    timeouts: { connectMs: 2_000, headersMs: 30_000, bodyMs: 60_000 },
    health: { path: null, intervalMs: 50, failures: 3 },
    rampSeconds: 0,
    build: null,
    tls: { verify: true, ca: null },
    ...change,
  };
}

export interface Gate {
  url: string;
  port: number;
  forwarder: Forwarder;
  outcomes: ForwardOutcome[];
  /** Resolves with the outcome of that index once it is there. */
  outcome(index: number): Promise<ForwardOutcome>;
  answers: PlatformAnswer[];
}

export interface GateOptions {
  order?: Partial<ForwardOrder>;
  additions?: AnswerAdditions;
  maxBodyBytes?: number;
  onData?: (bytes: number) => void;
  isOwnContinue?: boolean;
  onTargetStatus?: (facts: TargetStatus) => void;
  clock?: Clock;
  /** Whose requests go first. */
  ahead?: Forwarder;
}

/** A gate that forwards every request; a failed one is answered 502 with the kind of failure as its body. */
export async function startGate(platform: UpstreamSettings, options: GateOptions = {}): Promise<Gate> {
  const {
    maxBodyBytes = 1 << 30,
    additions = { headers: ['headgate-state', 'admitted'], private: false },
    clock = systemClock,
  } = options;
  const upstreams = { platform };
  const forwarder = createForwarder({
    ...{ upstreams, maxBodyBytes, clock, log: silentLog },
    onTargetStatus: options.onTargetStatus,
    ...(options.ahead ? { ahead: options.ahead } : {}),
  });
  const outcomes: ForwardOutcome[] = [];
  const answers: PlatformAnswer[] = [];
  const waiting = new Map<number, (outcome: ForwardOutcome) => void>();
  const tell = (outcome: ForwardOutcome) => {
    waiting.get(outcomes.length)?.(outcome);
    outcomes.push(outcome);
  };
  const order = (request: IncomingMessage): ForwardOrder => ({
    upstream: 'platform',
    method: request.method!,
    target: request.url!,
    authority: request.headers.host ?? 'none',
    scheme: 'http',
    clientAddress: '127.0.0.1',
    trustForwarded: false,
    rank: rankOf(request),
    add: ['headgate-stamp', 'v1.stamp', 'x-request-id', 'r1'],
    cookiePrefix: 'hg',
    onAnswer(answer) {
      answers.push(answer);
      return additions;
    },
    ...options.order,
  });
  const onRequest = async (request: IncomingMessage, response: ServerResponse) => {
    const outcome = await forwarder.forward(request, response, order(request));
    if (outcome.kind === 'failed')
      response.writeHead(502, { 'content-type': 'text/plain' }).end(outcome.failure);
    tell(outcome);
  };
  const server = createServer(onRequest);
  if (options.isOwnContinue) server.on('checkContinue', onRequest);
  server.on('upgrade', async (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const onData = options.onData ?? (() => {});
    const outcome = await forwarder.upgrade(request, socket, head, { ...order(request), onData });
    if (outcome.kind === 'failed') socket.end(`HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n`);
    tell(outcome);
  });
  const port = await listen(server);
  onTestFinished(async () => {
    forwarder.close();
    await stop(server);
  });
  const outcome = (index: number) =>
    index < outcomes.length
      ? Promise.resolve(outcomes[index]!)
      : new Promise<ForwardOutcome>((resolve) => waiting.set(index, resolve));
  return { url: `http://127.0.0.1:${port}`, port, forwarder, outcomes, outcome, answers };
}

export interface Platform {
  url: string;
  port: number;
  /** Requests seen; for a raw platform, connections. */
  requests: number;
  connections: number;
  stop(): Promise<void>;
}

export async function startPlatform(
  handler: RequestListener,
  port = 0,
): Promise<Platform & { server: Server }> {
  const server = createServer((request, response) => {
    platform.requests++;
    handler(request, response);
  });
  server.on('connection', () => platform.connections++);
  const bound = await listen(server, port);
  const platform = {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    requests: 0,
    connections: 0,
    server,
    stop: () => stop(server),
  };
  onTestFinished(platform.stop);
  return platform;
}

/** A platform that is handed each request's head as text and may answer anything, or nothing. */
export async function startRawPlatform(onHead: (socket: Socket, head: string) => void): Promise<Platform> {
  const sockets = new Set<Socket>();
  const server = createNetServer((socket) => {
    platform.connections++;
    sockets.add(socket);
    let text = '';
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      for (let end = text.indexOf('\r\n\r\n'); end !== -1; end = text.indexOf('\r\n\r\n')) {
        const head = text.slice(0, end + 4);
        text = text.slice(end + 4);
        platform.requests++;
        onHead(socket, head);
      }
    });
  });
  const port = await listen(server);
  const end = async () => {
    for (const socket of sockets) socket.destroy();
    await stop(server);
  };
  const platform: Platform = {
    url: `http://127.0.0.1:${port}`,
    port,
    requests: 0,
    connections: 0,
    stop: end,
  };
  onTestFinished(end);
  return platform;
}

/** A port on which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = createNetServer();
  const port = await listen(server);
  await stop(server);
  return port;
}

/** Sends raw bytes and resolves with all that came until the other side closed. */
export function rawExchange(port: number, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(text));
    socket.write(bytes, 'latin1');
  });
}

export function listen(server: Server | NetServer, port = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

export function stop(server: Server | NetServer): Promise<void> {
  if ('closeAllConnections' in server) server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

/** Waits for something that other events bring about; only a hang ends it otherwise. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 2));
}
