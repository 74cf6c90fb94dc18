/** What tickets and passes say, to and from the claims of a JWT; a claim that is not exactly of its kind voids the whole token. */
import type { ProvisionalPlace, TicketFacts } from '../line/words.ts';
import { type Invalid, invalid } from './token-shape.ts';

export const ISSUER = 'headgate';

export interface Ticket extends TicketFacts {
  room: string;
  /** Room time, ms; whole seconds in the token. */
  issuedAt: number;
  /** `serving` when the place was taken, however often the ticket was issued again since: where progress is counted from. */
  servingAtJoin: number;
  /** The number was given before the opening: it is to be drawn, or kept, at the opening. */
  prequeue: boolean;
  /** What the number was before the opening, where a draw changed it: with it anybody can check the rank. */
  prequeueNumber?: number;
  /** Given while the store was lost: `number` is the place's k, no number of the line; null: an ordinary ticket. */
  provisional: Pick<ProvisionalPlace, 'gateway' | 'outage'> | null;
}

export interface Pass {
  /** Session id = ticket id. */
  id: string;
  room: string;
  lane: string;
  epoch: number;
  /** The ticket's number; 0 where the session began without one. */
  number: number;
  fence: number;
  /** Room times, ms; issue and expiry in whole seconds in the token. */
  startedAt: number;
  issuedAt: number;
  expiresAt: number;
  /** Digest of what the pass is bound to; null: to nothing. */
  bind: string | null;
  /** Begun while the store was lost, so that no store may know of it. */
  isNew: boolean;
}

const NAME = /^[A-Za-z0-9_~-]{1,64}$/;
/** A Date ends there; milliseconds stay safe integers. */
const MAX_SECONDS = 8.64e12;

export function ticketClaims(ticket: Ticket): Record<string, unknown> {
  const { id, room, epoch, number, serving, servingAtJoin, lane } = ticket;
  const origin = servingAtJoin === serving ? {} : { o: servingAtJoin };
  // A provisional place has no number yet.
  const place = ticket.provisional === null ? { n: number } : { ...ticket.provisional, k: number };
  const claims = {
    ...{ iss: ISSUER, aud: room, jti: id, room, epoch, ...place },
    ...{ s: serving, lane, ...origin, ...times(ticket) },
  };
  if (ticket.prequeue) return { ...claims, pre: true };
  return ticket.prequeueNumber === undefined ? claims : { ...claims, pq: ticket.prequeueNumber };
}

export function passClaims(pass: Pass): Record<string, unknown> {
  const { id, room, epoch, number, fence, lane, startedAt, bind } = pass;
  const who = { iss: ISSUER, aud: room, jti: id, room, epoch, n: number, fence, lane, start: startedAt };
  const claims = bind === null ? { ...who, ...times(pass) } : { ...who, bind, ...times(pass) };
  return pass.isNew ? { ...claims, new: true } : claims;
}

export function readTicket(claims: Record<string, unknown>): Ticket | Invalid {
  const { jti, room, epoch, k, n = k, s, o = s, lane, iat, exp, pre, pq } = claims;
  const provisional = provisionalOf(claims);
  if (claims.iss !== ISSUER) return invalid('issuer');
  if (!isName(room) || claims.aud !== room) return invalid('room');
  if (!isName(jti) || !isName(lane) || !isTimed(claims)) return invalid('claims');
  if (!isCount(epoch) || !isCount(n) || n === 0 || !isCount(s) || !isCount(o)) return invalid('claims');
  if ((pre !== undefined && pre !== true) || provisional === undefined) return invalid('claims');
  if (pq !== undefined && (!isCount(pq) || pq === 0 || pre === true)) return invalid('claims');
  const when = { issuedAt: (iat as number) * 1000, expiresAt: (exp as number) * 1000 };
  return {
    id: jti,
    room,
    lane,
    epoch,
    number: n,
    serving: s,
    servingAtJoin: o,
    prequeue: pre === true,
    provisional,
    ...(pq === undefined ? {} : { prequeueNumber: pq }),
    ...when,
  };
}

/** Undefined: the claims contradict each other. */
function provisionalOf({
  gateway,
  outage,
  k,
  n,
}: Record<string, unknown>): Ticket['provisional'] | undefined {
  if (gateway === undefined && outage === undefined && k === undefined) return null;
  return isName(gateway) && isName(outage) && k !== undefined && n === undefined
    ? { gateway, outage }
    : undefined;
}

export function readPass(claims: Record<string, unknown>): Pass | Invalid {
  const { jti, room, epoch, n, fence, lane, start, bind, iat, exp } = claims;
  if (claims.new !== undefined && claims.new !== true) return invalid('claims');
  if (claims.iss !== ISSUER) return invalid('issuer');
  if (!isName(room) || claims.aud !== room) return invalid('room');
  if (!isName(jti) || !isName(lane) || !isTimed(claims)) return invalid('claims');
  if (!isCount(epoch) || !isCount(n) || !isCount(fence) || !isCount(start)) return invalid('claims');
  if (bind !== undefined && !isName(bind)) return invalid('claims');
  const when = { startedAt: start, issuedAt: (iat as number) * 1000, expiresAt: (exp as number) * 1000 };
  const isNew = claims.new === true;
  return { id: jti, room, lane, epoch, number: n, fence, bind: bind ?? null, isNew, ...when };
}

/** An expiry is rounded up: a token never ends before what it promises. */
function times({ issuedAt, expiresAt }: { issuedAt: number; expiresAt: number }) {
  return { iat: Math.floor(issuedAt / 1000), exp: Math.ceil(expiresAt / 1000) };
}

function isTimed({ iat, exp, nbf }: Record<string, unknown>): boolean {
  // We never write nbf; a token with one promises something that we would not keep.
  return isCount(iat) && isCount(exp) && exp <= MAX_SECONDS && iat <= exp && nbf === undefined;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && NAME.test(value);
}
