/** Answers of the reserved paths, each with the gate's own headers. */
import { answer } from '../answer.ts';
import type { Exchange } from '../exchange.ts';
import type { GateState } from '../request/admission.ts';

const NO_STORE = ['cache-control', 'private, no-store'];

export function sendJson(
  exchange: Exchange,
  status: number,
  body: object,
  state: GateState,
  headers: readonly string[] = NO_STORE,
): void {
  sendBody(exchange, status, JSON.stringify(body), state, [
    'content-type',
    'application/json; charset=utf-8',
    ...headers,
  ]);
}

export function sendBody(
  exchange: Exchange,
  status: number,
  body: string | Buffer,
  state: GateState,
  headers: readonly string[],
): void {
  exchange.state = state;
  answer(exchange, status, headers, body);
}

/** 204 */
export function sendNothing(exchange: Exchange, state: GateState, headers: readonly string[]): void {
  exchange.state = state;
  exchange.response.writeHead(204, [
    ...NO_STORE,
    'headgate-state',
    state,
    'headgate-request-id',
    exchange.id,
    ...headers,
  ]);
  exchange.response.end();
}
