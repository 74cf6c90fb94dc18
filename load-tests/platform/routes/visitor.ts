/** A visitor's cookie and session: how pages find the one, and begin the other. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ACCOUNT_COOKIE, SESSION_COOKIE, type Sessions, type VisitorSession } from '../sessions.ts';

/** The visitor's live session, or null. */
export function findSession(sessions: Sessions, request: FastifyRequest): VisitorSession | null {
  const { cookie } = request.headers;
  return sessions.touch(readCookie(cookie, SESSION_COOKIE)) ?? sessions.touch(accountSession(cookie));
}

/** The visitor's session, begun on the first page that is really seen (HEAD sees none). */
export function greet(
  sessions: Sessions,
  request: FastifyRequest,
  reply: FastifyReply,
): VisitorSession | null {
  const known = findSession(sessions, request);
  if (known || request.method === 'HEAD') return known;
  const session = sessions.begin(accountSession(request.headers.cookie));
  setCookie(reply, SESSION_COOKIE, session.id);
  return session;
}

function accountSession(cookie: string | undefined): string | undefined {
  const account = readCookie(cookie, ACCOUNT_COOKIE);
  return account && `account:${account}`;
}

/** Ends the visitor's session and takes the cookie back. */
export function bidFarewell(sessions: Sessions, session: VisitorSession, reply: FastifyReply): void {
  sessions.end(session);
  reply.header('set-cookie', `${SESSION_COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax`);
}

export function setCookie(reply: FastifyReply, name: string, value: string): void {
  reply.header('set-cookie', `${name}=${value}; Path=/; HttpOnly; SameSite=Lax`);
}

export function readCookie(header: string | undefined, name: string): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const at = pair.indexOf('=');
    if (pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
}

/** A query parameter as platforms read it: the last, where it occurs more than once. */
export function queryParameter(request: FastifyRequest, name: string): string | undefined {
  const value = (request.query as Record<string, string | string[] | undefined>)[name];
  return Array.isArray(value) ? value.at(-1) : value;
}
