/** `GET /v1/events`: live state as server-sent events, for as long as the token is good. A listener that does not read is cut off, not waited for. */
import { Readable } from 'node:stream';
import { Type } from 'typebox';
import { AdminError } from '../errors.ts';
import { type Actor, type Ask, type Route, route } from '../words.ts';
import type { Events, NumberedEvent } from './events.ts';

/** Below what balancers cut as idle. */
const BEAT_MS = 15_000;
/** Unread bytes at which a listener is cut off; it comes back with the id of the last event that it has read. */
const MOST_UNREAD_BYTES = 1_048_576;
const MOST_LISTENERS = 500;

export function eventRoutes(hub: Events, beatMs: number = BEAT_MS): Route[] {
  let listeners = 0;
  return [
    route({
      method: 'GET',
      path: '/v1/events',
      summary: 'Live state as server-sent events; `Last-Event-ID` goes on from the last 1,000',
      tag: 'events',
      role: 'viewer',
      filtersRooms: true,
      schemas: {},
      answers: { 200: Type.String({ description: 'text/event-stream; each event’s data is JSON' }) },
      handle: async (ask) => {
        if (listeners >= MOST_LISTENERS)
          throw new AdminError('HG_CONFLICT', `${MOST_LISTENERS} listen already, and no more are served`);
        listeners += 1;
        const body = stream(hub, ask, beatMs).once('close', () => {
          listeners -= 1;
        });
        const headers = { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' };
        return { status: 200, body, headers: { ...headers, 'cache-control': 'no-store' } };
      },
    }),
  ];
}

/** What an organiser may see: events of rooms that are theirs. */
export function maySee({ rooms }: Actor, { event }: NumberedEvent): boolean {
  return rooms === null || (event.room !== null && rooms.includes(event.room));
}

function stream(hub: Events, ask: Ask, beatMs: number): Readable {
  const out = new Readable({ read() {} });
  const write = (text: string) => {
    if (out.readableLength > MOST_UNREAD_BYTES) out.destroy();
    else out.push(text);
  };
  const tell = (numbered: NumberedEvent) => {
    if (maySee(ask.actor, numbered)) write(textOf(numbered));
  };
  // Told at once, so that a listener knows that it listens.
  write('retry: 2000\n\n');
  if (ask.lastEventId) for (const numbered of hub.since(ask.lastEventId)) tell(numbered);
  const unlisten = hub.listen(tell);
  const beat = setInterval(() => void goOn(), beatMs);
  const goOn = async () => {
    if ((await ask.mayGoOn?.()) === false) out.push(null);
    else write(': still here\n\n');
  };
  return out.once('close', () => {
    unlisten();
    clearInterval(beat);
  });
}

function textOf({ id, event, at }: NumberedEvent): string {
  return `id: ${id}\nevent: ${event.kind}\ndata: ${JSON.stringify({ ...event, at })}\n\n`;
}
