/** What a visitor may do with a session or a place: keep it alive, give it up. */
import type { ErrorCode } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import { clearPlace, cookieAttributes, passCookie, setCookie } from '../request/cookies.ts';
import type { Leases } from '../request/leases.ts';
import { issuePass } from '../request/passes.ts';
import { isFormPost, wantsJson } from '../request/person.ts';
import type { LiveRoom } from '../request/rooms.ts';
import type { Standing } from '../request/standing.ts';
import type { Tokens } from '../request/tokens.ts';
import type { Store } from '../store/store.ts';
import { type AskedParts, createAsk } from './asked.ts';
import { sendNothing } from './reply.ts';

export interface SessionParts extends AskedParts {
  store: Store;
  leases: Leases;
  tokens: Tokens;
  refuse(exchange: Exchange, code: ErrorCode, detail: string): void;
  tellLeft(exchange: Exchange, target: string, headers: readonly string[]): void;
}

export function createSessionRoutes(parts: SessionParts) {
  const { settings, store, leases, tokens, leavers } = parts;
  const ask = createAsk(parts);

  async function keepAlive(exchange: Exchange, room: LiveRoom): Promise<void> {
    const { standing, view, carried, bind } = await ask(exchange, room);
    const lease = standing.kind === 'inside' ? await leases.touch(room.name, standing.lease.id) : null;
    if (standing.kind !== 'inside' || !lease)
      return parts.refuse(exchange, 'HG_NO_TICKET', `You are not inside ${room.name}.`);
    const pass = await issuePass(
      tokens,
      room,
      view,
      { ...standing.pass, fence: view.fence },
      bind,
      lease.leaseUntil,
    );
    const attributes = cookieAttributes(settings.cookies, exchange.judged.scheme);
    const maxAgeSeconds = (lease.leaseUntil - view.at) / 1_000 + room.settings.session.submitGraceSeconds;
    const carrier = carried.byHeader
      ? ['headgate-pass', pass]
      : [
          'set-cookie',
          setCookie(passCookie(settings.cookies.prefix, room.name), pass, { ...attributes, maxAgeSeconds }),
        ];
    sendNothing(exchange, 'admitted', [
      'headgate-session-expires',
      new Date(lease.leaseUntil).toISOString(),
      ...carrier,
    ]);
  }

  async function leave(exchange: Exchange, room: LiveRoom): Promise<void> {
    const { standing } = await ask(exchange, room);
    const wasThere = await giveUp(room, standing);
    const isPerson = isPersonsForm(exchange);
    // Another tab may have left before: a person who pressed the button is told the same.
    if (!wasThere && !isPerson)
      return parts.refuse(exchange, 'HG_NO_TICKET', `You have neither a place nor a slot in ${room.name}.`);
    const attributes = cookieAttributes(settings.cookies, exchange.judged.scheme);
    const cleared = clearPlace(settings.cookies.prefix, room.name, attributes);
    const to = new URLSearchParams(exchange.judged.query).get('to');
    if (isPerson) parts.tellLeft(exchange, to ?? '/', cleared);
    else sendNothing(exchange, 'ended', cleared);
  }

  async function giveUp(room: LiveRoom, standing: Standing): Promise<boolean> {
    if (standing.kind === 'inside') {
      leases.end(room.name, standing.lease.id);
      return store.leave(room.name, standing.lease.id, 'left');
    }
    if (standing.kind !== 'ticket') return false;
    leavers.set(standing.ticket.id, true);
    await store.leave(room.name, standing.ticket.id, 'left', standing.ticket);
    return true;
  }

  return { keepAlive, leave };
}

export type SessionRoutes = ReturnType<typeof createSessionRoutes>;

/** Told by the form and what it accepts: browsers send no `Sec-Fetch-*` over plain http, old ones never do. */
function isPersonsForm({ request }: Exchange): boolean {
  return isFormPost('POST', request.headers) && !wantsJson(request.headers, 'registration');
}
