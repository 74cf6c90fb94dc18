/** Which event a request is for: the one that its address names, or that the visitor's session is for. */
import type { FastifyRequest } from 'fastify';
import { findEvent } from '../events.ts';
import type { Premises } from '../words.ts';
import { findSession, queryParameter } from './visitor.ts';

/** Whether the event has a limit of seats; a request that is for no event is for none with a limit. */
export function isOfLimitedEvent({ sessions }: Pick<Premises, 'sessions'>, request: FastifyRequest): boolean {
  const { id } = request.params as { id?: string };
  const named = queryParameter(request, 'eventid') ?? id;
  const event = findEvent(named ?? findSession(sessions, request)?.eventId);
  return event !== null && event.seats !== null;
}
