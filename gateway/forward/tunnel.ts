/** Carries the bytes of an upgraded connection both ways, each side at the pace of the other, until both end together. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { RawHeaders } from './answer-writer.ts';
import { addToAnswer, readAnswerHead } from './response-headers.ts';
import type { ForwardOrder } from './words.ts';

export interface TunnelOrder extends ForwardOrder {
  /** Bytes that went through, in either direction; called with each piece. */
  onData(bytes: number): void;
}

/** The client's end of an upgrade, and what to do when the platform agrees. */
export interface ClientEnd {
  request: IncomingMessage;
  /** Carries a platform's refusal; gives the socket back for the tunnel. */
  response: ServerResponse;
  socket: Duplex;
  /** What the client sent right behind its request. */
  head: Buffer;
  order: TunnelOrder;
}

/** Sends the platform's 101 and joins both sockets; `onEnd` gets the bytes that the platform sent. */
export function openTunnel(
  client: ClientEnd,
  platform: Duplex,
  raw: RawHeaders,
  onEnd: (bytes: number) => void,
): void {
  const { socket, head, order } = client;
  let platformBytes = 0;
  let ends = 0;
  // Once both are closed: neither outlives the other.
  const onClose = () => {
    if (++ends === 2) onEnd(platformBytes);
  };
  client.response.detachSocket(socket as Socket);
  if (socket instanceof Socket) socket.setTimeout(0).setNoDelay(true);
  socket.write(Buffer.from(switchingHead(raw, order), 'latin1'));
  join(platform, socket, onClose, (bytes) => {
    platformBytes += bytes;
    order.onData(bytes);
  });
  join(socket, platform, onClose, order.onData);
  if (head.length > 0) platform.write(head);
}

function join(from: Duplex, to: Duplex, onClose: () => void, onData: (bytes: number) => void): void {
  from.on('data', (chunk: Buffer) => {
    onData(chunk.length);
    if (!to.write(chunk)) from.pause();
  });
  to.on('drain', () => from.resume());
  from.on('end', () => to.end());
  from.on('error', () => to.destroy());
  from.on('close', () => {
    // What came before the end is still delivered.
    if (to instanceof Socket) to.destroySoon();
    else to.destroy();
    onClose();
  });
  if (from.destroyed) to.destroy();
  from.resume();
}

function switchingHead(raw: RawHeaders, order: ForwardOrder): string {
  const { headers, platform } = readAnswerHead(101, raw);
  addToAnswer(headers, order.onAnswer(platform));
  let head = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n';
  for (let i = 0; i < headers.length; i += 2) head += `${headers[i]}: ${headers[i + 1]}\r\n`;
  return `${head}\r\n`;
}
