/** What is read off a request as it came, before anything is judged. */
import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { isFormPost, personNavigation } from './request/person.ts';
import type { Asker } from './request/standing.ts';
import type { JudgedRequest } from './request/words.ts';

/** Stands for a request that never became one. */
export const UNREADABLE: JudgedRequest = {
  method: '',
  target: '/',
  path: '/',
  query: '',
  host: '',
  authority: '',
  scheme: 'http',
  clientAddress: '',
};

export function rawOf(request: IncomingMessage) {
  const { method = '', url = '', httpVersion, rawHeaders, socket } = request;
  return {
    method,
    url,
    httpVersion,
    rawHeaders,
    remoteAddress: socket.remoteAddress,
    encrypted: (socket as TLSSocket).encrypted === true,
  };
}

export function askerOf(method: string, { headers }: IncomingMessage): Asker {
  if (method === 'GET') return personNavigation(method, headers) ? 'navigation' : 'other';
  return isFormPost(method, headers) ? 'form' : 'other';
}
