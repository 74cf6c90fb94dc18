/** Answers on the bare socket, for requests that never became one, and a close that lets the client read its answer. */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** So long a refused client may go on sending; what it sends is thrown away. */
const LINGER_MS = 1_000;

export function answerRaw(socket: Duplex, status: number, headers: readonly string[] = [], body = ''): void {
  if (!socket.writable) return;
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'headgate-state: refused',
    'cache-control: no-store',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  for (let i = 0; i < headers.length; i += 2) lines.push(`${headers[i]}: ${headers[i + 1]}`);
  socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`);
  lingeringClose(socket as Socket);
}

/** Closing with bytes unread resets the connection, and a reset takes the answer from the client's hands (RFC 9112 §9.6). */
export function lingeringClose(socket: Socket): void {
  if (socket.destroyed) return;
  if (socket.readableEnded) return void socket.end(() => socket.destroy());
  socket.end();
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(timer));
  socket.once('end', () => socket.destroy());
  socket.resume();
}
