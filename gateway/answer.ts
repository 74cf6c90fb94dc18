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
  const length = String(Buffer.byteLength(body));
  response.writeHead(status, [
    ...headers,
    'headgate-state',
    state,
    'headgate-request-id',
    id,
    'content-length',
    length,
  ]);
  response.end(request.method === 'HEAD' ? undefined : body);
  // What a refused client still sends is read and dropped, so that it gets to see the answer.
  if (!request.complete) request.resume();
}

export function headerOf({ request }: Exchange, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
