/** Registration in five pages. Only page 1 names the event; the session remembers it from there on. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type EventInfo, findEvent } from '../events.ts';
import { html } from '../layout.ts';
import type { VisitorSession } from '../sessions.ts';
import type { Premises } from '../words.ts';
import { seatsText, sendNoSuchEvent, sendPage } from './browsing.ts';
import { formPage, STEP_TITLES } from './registration-form.ts';
import { bidFarewell, findSession, greet, queryParameter, readCookie, setCookie } from './visitor.ts';

const NUMBER_COOKIE = 'ereg_number';

type StepRequest = FastifyRequest<{ Params: { step: string } }>;

export function addRegistration(app: FastifyInstance, premises: Premises): void {
  const { sessions, registrations, integration } = premises;
  app.get('/ereg/newreg.php', { config: { queries: 2 } }, (request, reply) => {
    const event = findEvent(queryParameter(request, 'eventid'));
    if (!event) return sendNoSuchEvent(reply);
    const session = greet(sessions, request, reply);
    if (session) {
      sessions.turnTo(session, event.id);
      session.answers = {};
    }
    integration.seats(reply, event);
    return sendPage(reply, `Register: ${event.name}`, firstPage(event, registrations.seatsLeft(event)));
  });
  app.get('/ereg/step/:step', { config: { queries: 1 } }, (request: StepRequest, reply) => {
    const step = stepOf(request);
    if (step === null) return reply.callNotFound();
    const event = eventOf(findSession(sessions, request));
    if (!event) return reply.redirect('/events', 302);
    return sendPage(reply, STEP_TITLES[step]!, formPage(event, step));
  });
  app.post('/ereg/step/:step', { config: { queries: 2 } }, (request: StepRequest, reply) => {
    const step = stepOf(request);
    if (step === null) return reply.callNotFound();
    const session = findSession(sessions, request);
    const event = eventOf(session);
    if (!session || !event) return sendNotBegun(reply);
    Object.assign(session.answers, request.body);
    if (step < 5) return reply.redirect(`/ereg/step/${step + 1}`, 302);
    return register(premises, event, session, reply);
  });
  app.get('/ereg/done', (request, reply) => {
    integration.ended(reply);
    return sendPage(reply, 'You are registered', donePage(readCookie(request.headers.cookie, NUMBER_COOKIE)));
  });
  app.post('/ereg/leave', (request, reply) => {
    const session = findSession(sessions, request);
    if (session) bidFarewell(sessions, session, reply);
    integration.ended(reply);
    return reply.redirect('/events', 303);
  });
}

function register(premises: Premises, event: EventInfo, session: VisitorSession, reply: FastifyReply) {
  const attendee = premises.registrations.add(event, session.answers.name ?? 'Guest');
  premises.integration.seats(reply, event);
  if (!attendee) return sendSoldOut(reply.code(409), event);
  bidFarewell(premises.sessions, session, reply);
  setCookie(reply, NUMBER_COOKIE, attendee.number);
  premises.integration.registered(reply);
  return reply.redirect('/ereg/done', 302);
}

function stepOf(request: StepRequest): number | null {
  return /^[2-5]$/.test(request.params.step) ? Number(request.params.step) : null;
}

function eventOf(session: VisitorSession | null): EventInfo | null {
  return findEvent(session?.eventId);
}

function firstPage(event: EventInfo, seatsLeft: number | null) {
  return html`<h1>${event.name}</h1><div class="card wide"><progress max="5" value="1">page 1 of 5</progress>
<p>${event.date}<br>${event.place}</p><p class="soft">${seatsText(seatsLeft)}</p>
<p>Registration takes five short pages.</p><a class="button" href="/ereg/step/2">Begin</a></div>`;
}

function donePage(number: string | undefined) {
  return html`<h1>You are registered</h1><div class="card wide"><p>Thank you. We look forward to seeing you.</p>
<p class="soft">Registration number <strong>${number ?? 'sent by e-mail'}</strong></p><a href="/events">More events</a></div>`;
}

function sendNotBegun(reply: FastifyReply) {
  const body = html`<h1>This registration is no longer open</h1><p>It was not begun here, or was left too long. Nothing was saved. <a href="/events">Begin again</a>.</p>`;
  return sendPage(reply.code(409), 'Begin again', body);
}

function sendSoldOut(reply: FastifyReply, event: EventInfo) {
  const body = html`<h1>${event.name} is sold out</h1><p>The last seat was taken while you were filling in the form. <a href="/events">Other events</a>.</p>`;
  return sendPage(reply, 'Sold out', body);
}
