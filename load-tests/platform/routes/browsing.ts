/** The pages that everybody sees: list of events, one event, style sheet, icon. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { ICON, STYLE } from '../assets.ts';
import { type EventInfo, findEvent, LISTED_EVENTS } from '../events.ts';
import { html, page } from '../layout.ts';
import type { Premises } from '../words.ts';
import { greet } from './visitor.ts';

export function addBrowsing(app: FastifyInstance, premises: Premises): void {
  for (const path of ['/', '/events']) {
    app.get(path, { config: { queries: 3 } }, (request, reply) => {
      greet(premises.sessions, request, reply);
      return sendPage(reply, 'Upcoming events', listBody());
    });
  }
  app.get<{ Params: { id: string } }>('/events/:id', { config: { queries: 2 } }, (request, reply) => {
    const event = findEvent(request.params.id);
    if (!event) return sendNoSuchEvent(reply);
    greet(premises.sessions, request, reply);
    premises.integration.seats(reply, event);
    return sendPage(reply, event.name, eventBody(event, premises.registrations.seatsLeft(event)));
  });
  addAsset(app, '/assets/app.css', 'text/css; charset=utf-8', STYLE);
  addAsset(app, '/favicon.ico', 'image/svg+xml', ICON);
}

export function sendPage(reply: FastifyReply, title: string, body: ReturnType<typeof html>): FastifyReply {
  return reply.type('text/html; charset=utf-8').send(page(title, body));
}

export function sendNoSuchEvent(reply: FastifyReply): FastifyReply {
  const body = html`<h1>No such event</h1><p>The address names no event. <a href="/events">See all events</a>.</p>`;
  return sendPage(reply.code(404), 'No such event', body);
}

export function seatsText(left: number | null): string {
  if (left === null) return 'Open to all';
  return left === 0 ? 'Sold out' : `${left} seats left`;
}

function listBody() {
  const cards = LISTED_EVENTS.map(
    (event) => html`<li><a class="card" href="/events/${event.id}">
<span class="soft">${event.date}</span><h2>${event.name}</h2><span class="soft">${event.place}</span></a></li>`,
  );
  return html`<h1>Upcoming events</h1><p class="soft">Choose an event to see its details and to register.</p><ul class="events">${cards}</ul>`;
}

function eventBody(event: EventInfo, seatsLeft: number | null) {
  return html`<h1>${event.name}</h1>
<div class="card wide"><p>${event.date}<br>${event.place}</p><p class="soft">${seatsText(seatsLeft)}</p>
<a class="button" href="/ereg/newreg.php?eventid=${event.id}">Register</a></div>`;
}

function addAsset(app: FastifyInstance, path: string, type: string, content: string): void {
  app.get(path, (_request, reply) =>
    reply.header('cache-control', 'public, max-age=3600').type(type).send(content),
  );
}
