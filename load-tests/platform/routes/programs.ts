/** What programs use: API with login, payment callback; and the attendee back office. */
import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { findEvent, LISTED_EVENTS } from '../events.ts';
import { html } from '../layout.ts';
import type { Premises } from '../words.ts';
import { sendPage } from './browsing.ts';
import { queryParameter } from './visitor.ts';

export function addPrograms(app: FastifyInstance, premises: Premises): void {
  const { registrations } = premises;
  app.post('/api/login', { config: { queries: 1 } }, (request, reply) => {
    const user = (request.body as { user?: unknown } | null | undefined)?.user;
    if (typeof user !== 'string' || user === '')
      return refuse(reply, 400, 'user: must be a text that is not empty');
    return { token: randomUUID() };
  });
  app.get('/api/attendees', { config: { queries: 2 } }, (request, reply) => {
    const event = findEvent(queryParameter(request, 'eventid'));
    if (!event) return refuse(reply, 400, 'eventid: must name an event');
    const total = registrations.counts()[event.id] ?? 0;
    return { event: event.id, name: event.name, total, attendees: registrations.attendees(event.id) };
  });
  app.post('/pay/callback', { config: { queries: 1 } }, () => ({ received: true }));
  app.get('/admin/attendees', { config: { queries: 5 } }, (_request, reply) =>
    sendPage(reply, 'Attendees', attendeesBody(registrations.counts())),
  );
}

function refuse(reply: FastifyReply, status: number, error: string) {
  return reply.code(status).send({ error });
}

function attendeesBody(counts: Record<string, number>) {
  const rows = LISTED_EVENTS.map(
    ({ id, name, date }) =>
      html`<tr><td>${id}</td><td>${name}</td><td>${date}</td><td>${counts[id] ?? 0}</td></tr>`,
  );
  return html`<h1>Attendees</h1><table><thead><tr><th>Event</th><th>Name</th><th>Date</th><th>Registered</th></tr></thead><tbody>${rows}</tbody></table>`;
}
