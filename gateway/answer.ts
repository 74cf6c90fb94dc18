/** Sends the gate's own answers, each with its state and the request's id. */
import type { Exchange } from './exchange.ts';

export function answer(
  exchange: Exchange,
  status: number,
  headers: readonly string[],
  body: string | Buffer,
): void {
  const { request, response, id, state } = exchange;
  if (response.headersSent) return;
  const bytes = Buffer.byteLength(body);
  response.writeHead(status, [
    ...headers,
    'headgate-state',
    state,
    'headgate-request-id',
    id,
    'content-length',
    String(bytes),
  ]);
  // Text goes out in one piece with the head, and as latin1, which most of it is, at half the cost.
  if (request.method === 'HEAD') response.end();
  else if (typeof body === 'string' && bytes === body.length) response.end(body, 'latin1');
  else response.end(body);
}

export function headerOf({ request }: Exchange, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
