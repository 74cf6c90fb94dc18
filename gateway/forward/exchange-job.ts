/** What one request's way to the platform begins with. */
import type { IncomingMessage, ServerResponse } from 'node:http';
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
