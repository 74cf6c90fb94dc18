/** Takes a WebSocket upgrade to the platform: its agreement becomes a tunnel, its refusal the client's answer. */
import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Exchange } from './exchange.ts';
import type { ExchangeTools } from './exchange-job.ts';
import type { TunnelOrder } from './tunnel.ts';
import type { Upstream } from './upstream.ts';
import type { ForwardOutcome } from './words.ts';

/** The platform hears of nothing but a WebSocket upgrade without a body: all else could be read as two requests. */
export function isWebSocketUpgrade(request: IncomingMessage): boolean {
  const { upgrade, 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  const hasBody = encoding !== undefined || (length !== undefined && length !== '0');
  return request.method === 'GET' && upgrade?.toLowerCase() === 'websocket' && !hasBody;
}

/** Resolves when the tunnel has ended, or the platform's refusal was passed on, or nothing came of it and nothing was written. */
export function forwardUpgrade(
  client: { request: IncomingMessage; socket: Duplex; head: Buffer; order: TunnelOrder },
  upstream: Upstream,
  tools: ExchangeTools,
): Promise<ForwardOutcome> {
  const { request, socket, order } = client;
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket as Socket);
  const onDrain = () => response.emit('drain');
  socket.on('drain', onDrain);
  response.once('finish', () => socket.end());
  return new Promise((resolve) => {
    const onOutcome = (outcome: ForwardOutcome) => {
      socket.off('drain', onDrain);
      // Nothing was written: the socket is the caller's again, to answer on.
      if (outcome.kind === 'failed') response.detachSocket(socket as Socket);
      resolve(outcome);
    };
    const clientEnd = { ...client, response };
    new Exchange({ request, response, order, upstream, tools, onOutcome, clientEnd }).start();
  });
}
