/** Answers what Node's parser refuses, before there is a request: a problem document, and the connection ends. */
import type { Socket } from 'node:net';
import { CATALOGUE, type ErrorCode } from '../../gateway/errors.ts';
import { document, PROBLEM_TYPE } from './problems.ts';

const REASONS: Record<number, string> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};

export function refuseRaw(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const code = codeOf(error);
  const { status } = CATALOGUE[code];
  const body = JSON.stringify(document(code, 'the request cannot be read'));
  const head = [
    `HTTP/1.1 ${status} ${REASONS[status]}`,
    `content-type: ${PROBLEM_TYPE}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'x-content-type-options: nosniff',
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function codeOf({ code }: NodeJS.ErrnoException): ErrorCode {
  if (code === 'HPE_HEADER_OVERFLOW') return 'HG_HEADERS_TOO_LARGE';
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'HG_REQUEST_TIMEOUT' : 'HG_BAD_REQUEST';
}
