/** Tells whether a port that stays silent speaks the other of plain text and TLS: neither side of such a mistake is told of it. */
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

const PROBE_MS = 300;

/** True when the server answers to a plain PING. */
export function speaksPlain(host: string, port: number): Promise<boolean> {
  const socket = connectPlain({ host, port }, () => socket.write('PING\r\n'));
  return said(socket, 'data');
}

/** True when the server greets in TLS; whom it is, is not asked here. */
export function speaksTls(host: string, port: number): Promise<boolean> {
  return said(connectTls({ host, port, rejectUnauthorized: false }), 'secureConnect');
}

function said(socket: Socket, event: 'data' | 'secureConnect'): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => socket.destroy(), PROBE_MS);
  socket.once(event, () => {
    resolve(true);
    socket.destroy();
  });
  socket.on('error', () => {});
  socket.once('close', () => {
    clearTimeout(timer);
    resolve(false);
  });
  return promise;
}
