/** Sends the gate's own answers, each with its state and the request's id. */
import type { Exchange } from './exchange.ts';

/** An answer that many get alike: what depends on its text alone is found out once. */
export interface PreparedAnswer {
  /** Flat name, value list. */
  headers: readonly string[];
  body: string | Buffer;
  isAscii: boolean;
}

export function prepareAnswer(headers: readonly string[], body: string | Buffer): PreparedAnswer {
  const bytes = Buffer.byteLength(body);
  return {
    headers: [...headers, 'content-length', String(bytes)],
    body,
    isAscii: typeof body === 'string' && bytes === body.length,
  };
}

export function answer(
  exchange: Exchange,
  status: number,
  headers: readonly string[],
  body: string | Buffer,
): void {
  answerPrepared(exchange, status, prepareAnswer(headers, body));
}

export function answerPrepared(
  { request, response, id, state }: Exchange,
  status: number,
  { headers, body, isAscii }: PreparedAnswer,
): void {
  if (response.headersSent) return;
  response.writeHead(status, [...headers, 'headgate-state', state, 'headgate-request-id', id]);
  // Text goes out in one piece with the head; as latin1, where it is ASCII alone, at half the cost.
  if (request.method === 'HEAD') response.end();
  else if (isAscii) response.end(body, 'latin1');
  else response.end(body);
}

export function headerOf({ request }: Exchange, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
