/** What one request's way to the platform begins with. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { Connection } from './connection.ts';
import type { IncomingBody } from './incoming-body.ts';
import type { RequestHead } from './request-headers.ts';
import type { Sweeper } from './sweeper.ts';
import type { ClientEnd } from './tunnel.ts';
import type { Upstream, UpstreamTools } from './upstream.ts';
import type { ForwardOrder, ForwardOutcome } from './words.ts';

export interface ExchangeTools {
  sweeper: Sweeper;
  now: () => number;
  maxBodyBytes: number;
  log: UpstreamTools['log'];
}

export interface ExchangeJob {
  request: IncomingMessage;
  response: ServerResponse;
  order: ForwardOrder;
  upstream: Upstream;
  tools: ExchangeTools;
  onOutcome: (outcome: ForwardOutcome) => void;
  /** Of an upgrade; null: an ordinary request. */
  clientEnd: ClientEnd | null;
}

/** What undici is to send. */
export function dispatchOf(
  { order, clientEnd }: ExchangeJob,
  { headers }: RequestHead,
  body: IncomingBody['content'] | undefined,
  { target: { servername } }: Connection,
): Dispatcher.DispatchOptions {
  return {
    path: order.target,
    method: order.method,
    headers,
    body: (body ?? null) as Buffer | Readable | null, // a StreamedBody is all that undici looks for in a Readable
    servername,
    upgrade: clientEnd === null ? null : 'websocket',
  } as Dispatcher.DispatchOptions;
}
