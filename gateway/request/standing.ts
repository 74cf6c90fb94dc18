/** Reads what a visitor holds for a room: a place inside, a lapsed one, a ticket, or nothing. */
import type { Clock } from '../clock.ts';
import type { RoomView } from '../line/words.ts';
import { readGateCookies } from './cookies.ts';
import type { Lease, Leases } from './leases.ts';
import { isBoundTo } from './passes.ts';
import type { LiveRoom } from './rooms.ts';
import type { Pass, Ticket } from './token-claims.ts';
import type { Tokens } from './tokens.ts';
import type { UnknownKeys } from './unknown-keys.ts';

/** Who asks: a person's top-level navigation, a posted form, or anything else (assets, XHR, HEAD, programs). */
export type Asker = 'navigation' | 'form' | 'other';

export type Standing =
  | { kind: 'none' }
  | { kind: 'inside'; lease: Lease; pass: Pass; token: string }
  /** Was inside; the lease has lapsed. */
  | { kind: 'lapsed'; id: string }
  /** `own`: as the visitor holds it; `ticket`: what it means now. */
  | { kind: 'ticket'; ticket: Ticket; own: Ticket; token: string; lapsedId: string | null }
  | { kind: 'unknown-key'; kid: string };

/** The tokens that a request carries for one room. */
export interface Carried {
  ticket: string | undefined;
  pass: string | undefined;
  byHeader: boolean;
}

const NONE: Standing = { kind: 'none' };

export function carriedTokens(
  headers: { cookie?: string | undefined; [name: string]: unknown },
  room: string,
  cookiePrefix: string,
): Carried {
  const ticket = headers['headgate-ticket'];
  const pass = headers['headgate-pass'];
  if (typeof ticket === 'string' || typeof pass === 'string') {
    return { ticket: text(ticket), pass: text(pass), byHeader: true };
  }
  if (headers.cookie === undefined) return { ticket: undefined, pass: undefined, byHeader: false };
  const cookies = readGateCookies(headers.cookie, cookiePrefix);
  return { ticket: cookies.tickets.get(room), pass: cookies.passes.get(room), byHeader: false };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export interface StandingReader {
  read(
    room: LiveRoom,
    view: RoomView,
    carried: Carried,
    bindDigest: string | null,
  ): Standing | Promise<Standing>;
}

export function createStandingReader(parts: {
  tokens: Tokens;
  leases: Leases;
  unknownKeys: UnknownKeys;
  clock: Clock;
  restore: Restore;
  redeem: Redeem;
  lift: LiftTo;
}): StandingReader {
  const { tokens, leases, unknownKeys, clock } = parts;

  /** A known pass of a session that this gateway touched within the idle time: no store call, no signature check. */
  function quick(
    room: LiveRoom,
    view: RoomView,
    token: string,
    bindDigest: string | null,
  ): Standing | undefined {
    const known = tokens.knownPass(token, room.name, view.at);
    if (known?.kind !== 'valid' || !isOfThisLine(known, view, bindDigest)) return undefined;
    const lease = leases.get(room.name, known.id);
    const idleMs = room.settings.session.idleSeconds * 1000;
    if (!lease || clock.monotonicMs() - lease.touchedAt > idleMs / 4) return undefined;
    return { kind: 'inside', lease, pass: known, token };
  }

  async function readPass(
    room: LiveRoom,
    view: RoomView,
    token: string,
    bindDigest: string | null,
  ): Promise<Standing> {
    const verdict = await tokens.verifyPass(token, room.name, view.at);
    if (verdict.kind === 'unknown-key') return unknownKey(verdict.kid);
    if (verdict.kind === 'invalid') {
      const lapsed = verdict.reason === 'expired' ? await tokens.lapsedPass(token, room.name) : null;
      return lapsed && isOfThisLine(lapsed, view, bindDigest) ? { kind: 'lapsed', id: lapsed.id } : NONE;
    }
    if (!isOfThisLine(verdict, view, bindDigest)) return NONE;
    const lease = (await leases.touch(room.name, verdict.id)) ?? (await parts.restore(room, view, verdict));
    return lease ? { kind: 'inside', lease, pass: verdict, token } : { kind: 'lapsed', id: verdict.id };
  }

  async function readTicket(room: LiveRoom, view: RoomView, token: string): Promise<Standing> {
    const verdict = await tokens.verifyTicket(token, room.name, view.at);
    if (verdict.kind === 'unknown-key') return unknownKey(verdict.kid);
    if (verdict.kind === 'invalid' || verdict.epoch < view.epoch) return NONE;
    // Before it may lift anything: the number of a provisional place is none.
    const ticket = verdict.provisional === null ? verdict : await parts.redeem(room, verdict);
    if (ticket === null) return NONE;
    if (ticket.provisional === null) await parts.lift(room, view, ticket);
    return { kind: 'ticket', ticket, own: verdict, token, lapsedId: null };
  }

  async function slow(
    room: LiveRoom,
    view: RoomView,
    carried: Carried,
    bindDigest: string | null,
  ): Promise<Standing> {
    const byPass = carried.pass === undefined ? NONE : await readPass(room, view, carried.pass, bindDigest);
    if (byPass.kind === 'inside' || byPass.kind === 'unknown-key' || carried.ticket === undefined)
      return byPass;
    const byTicket = await readTicket(room, view, carried.ticket);
    if (byTicket.kind === 'none') return byPass;
    if (byTicket.kind === 'ticket' && byPass.kind === 'lapsed') return { ...byTicket, lapsedId: byPass.id };
    return byTicket;
  }

  /** Nobody has known the key for a minute: the token is worth nothing, and a new place is given. */
  function unknownKey(kid: string): Standing {
    return unknownKeys.isHopeless(kid) ? NONE : { kind: 'unknown-key', kid };
  }

  return {
    read(room, view, carried, bindDigest) {
      if (carried.pass === undefined && carried.ticket === undefined) return NONE;
      const known = carried.pass === undefined ? undefined : quick(room, view, carried.pass, bindDigest);
      return known ?? slow(room, view, carried, bindDigest);
    },
  };
}

/** Puts back a session that its pass proves, while a store that lost something may be restored. */
export type Restore = (room: LiveRoom, view: RoomView, pass: Pass) => Promise<Lease | null>;

/** Makes an ordinary ticket of a provisional one; the same ticket while the store is lost, null where its line has ended. */
export type Redeem = (room: LiveRoom, ticket: Ticket) => Promise<Ticket | null>;

/** Raises a room that knows less than a valid ticket does. */
export type LiftTo = (room: LiveRoom, view: RoomView, ticket: Ticket) => Promise<void>;

function isOfThisLine(pass: Pass, view: RoomView, bindDigest: string | null): boolean {
  return pass.epoch >= view.epoch && pass.fence >= view.fence && isBoundTo(pass.bind, bindDigest);
}
