/** Issues passes, rolled as the lease is, and binds them to the client where that is configured. */
import { createHmac } from 'node:crypto';
import type { RoomSettings, Settings } from '../../config/settings.ts';
import type { RoomView, SessionFacts } from '../line/words.ts';
import type { KeySet, StampKey } from './key-set.ts';
import type { LiveRoom } from './rooms.ts';
import type { Tokens } from './tokens.ts';

/** A touch leases 1.25 × idle (LINE.md, rule 2). */
const LEASE_FACTOR = 1.25;

/** Who waits asks at least so often. */
const ASKED_WITHIN_MS = 60_000;

/** How long a verified token is remembered unused, ms: a known pass within its idle time costs no signature check. */
export function tokensKeptMs(rooms: Settings['rooms']): number {
  const idleMs = Object.values(rooms).map(({ session }) => session.idleSeconds * 1_000);
  return Math.max(ASKED_WITHIN_MS, ...idleMs);
}

export interface PassFacts {
  id: string;
  lane: string;
  epoch: number;
  number: number;
  fence: number;
  startedAt: number;
  isNew: boolean;
}

/** The end of the lease that the next touch gives, room time ms. */
export function nextLeaseUntil(room: LiveRoom, now: number, startedAt: number): number {
  return leaseEnd(room.settings.session, now, startedAt);
}

export function leaseEnd(
  { idleSeconds, maxSeconds }: RoomSettings['session'],
  now: number,
  startedAt: number,
): number {
  return Math.min(now + idleSeconds * 1_000 * LEASE_FACTOR, startedAt + maxSeconds * 1_000);
}

export function issuePass(
  tokens: Tokens,
  room: LiveRoom,
  view: RoomView,
  facts: PassFacts,
  bind: string | null,
  expiresAt?: number,
): Promise<string> {
  return tokens.signPass({
    ...facts,
    room: room.name,
    issuedAt: view.at,
    expiresAt: Math.max(view.at, expiresAt ?? nextLeaseUntil(room, view.at, facts.startedAt)),
    bind: bind?.split(' ')[0] ?? null,
  });
}

export function passFacts(
  place: { id: string; lane: string; epoch: number; number: number },
  session: SessionFacts,
  fence: number,
  isNew: boolean,
): PassFacts {
  const { id, lane, epoch, number } = place;
  return { id, lane, epoch, number, fence, startedAt: session.startedAt, isNew };
}

/**
 * Keyed digests of what a pass is bound to, so that the pass tells nobody of it; null: bound to nothing. One word for each
 * stamp key that is held, the current one's first: whoever has a pass from before a rotation keeps it.
 */
export function bindDigest(
  how: Settings['passes']['bind'],
  set: Pick<KeySet, 'stamps' | 'stamp'>,
  userAgent: string | undefined,
  clientAddress: string,
): string | null {
  if (how === 'off') return null;
  const bound = how === 'agent' ? (userAgent ?? '') : networkOf(clientAddress);
  const digest = ({ sign }: StampKey) =>
    createHmac('sha256', sign).update(`bind\n${how}\n${bound}`).digest('base64url').slice(0, 22);
  // Without any, no bound pass is anybody's here.
  if (set.stamps.size === 0) return '';
  const { stamps, stamp } = set;
  const former = [...stamps.values()].filter((key) => key !== stamp);
  return [stamp, ...former].map(digest).join(' ');
}

/** Whether a pass that says so is the client's, by its digests. */
export function isBoundTo(bind: string | null, digests: string | null): boolean {
  return bind === null || digests?.split(' ').includes(bind) === true;
}

/** The /24 or /48 that an address lies in: phones change their address within their network. */
function networkOf(address: string): string {
  const parts = address.includes(':') ? address.split(':').slice(0, 3) : address.split('.').slice(0, 3);
  return parts.join('.');
}
