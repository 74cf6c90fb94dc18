/** Leases by this gateway's own word: what it knows of one, and how far it extends it as the line's law would. Pure. */
import type { RoomSettings } from '../../config/settings.ts';
import { FIRST_LEASE_MS } from '../line/sessions.ts';
import type { KnownLease, Touch } from '../line/words.ts';
import type { Lease } from './leases.ts';
import { leaseEnd } from './passes.ts';

/** Who has got an answer has spent the ticket. */
export function knownLease({ id, startedAt, leaseUntil, isAnswering, isRegistered }: Lease): KnownLease {
  return { id, startedAt, leaseUntil, spent: !isAnswering, registered: isRegistered, isNew: false };
}

/** Never beyond the maximum. The first lease gives way to a touch's, which is shorter where idle times are. */
export function extendHere(
  lease: KnownLease,
  how: Touch['how'],
  at: number,
  session: RoomSettings['session'] | undefined,
): KnownLease {
  if (!session) return { ...lease };
  const hardEnd = lease.startedAt + session.maxSeconds * 1_000;
  if (how === 'answering')
    return { ...lease, leaseUntil: Math.max(lease.leaseUntil, Math.min(at + FIRST_LEASE_MS, hardEnd)) };
  const touched = leaseEnd(session, at, lease.startedAt);
  const leaseUntil = lease.spent ? Math.max(lease.leaseUntil, touched) : touched;
  return { ...lease, leaseUntil, spent: true };
}
