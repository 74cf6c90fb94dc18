/** What a gateway remembers of leases is never taken back by a store that knows less. */
import { describe, expect, it } from 'vitest';
import { keepLease, type RoomMemory } from '../../gateway/store/redis-memory.ts';

const IDLE_LEASE_MS = 20_000;
const FIRST_LEASE_MS = 30_000;

function memory() {
  return { leases: new Map(), changed: 0 } as unknown as RoomMemory;
}

const session = (leaseUntil: number) => ({ id: 'typist', startedAt: 0, leaseUntil });

describe('a lease that this gateway knows', () => {
  it('stays as long as a touch made it when a store that lost the touch tells of it', () => {
    const known = memory();
    keepLease(known, session(IDLE_LEASE_MS), { spent: true });
    keepLease(known, session(IDLE_LEASE_MS + 5_000), { spent: true });
    keepLease(known, session(IDLE_LEASE_MS), { spent: true });
    expect(known.leases.get('typist')).toMatchObject({ leaseUntil: IDLE_LEASE_MS + 5_000, spent: true });
  });

  it('stays spent, and as it was settled, when a store that lost the first touch tells of it', () => {
    const known = memory();
    keepLease(known, session(FIRST_LEASE_MS));
    keepLease(known, session(FIRST_LEASE_MS + 5_000), { spent: true });
    keepLease(known, session(FIRST_LEASE_MS));
    expect(known.leases.get('typist')).toMatchObject({ leaseUntil: FIRST_LEASE_MS + 5_000, spent: true });
  });

  it('gives way to a shorter one once: when the first answer was sent', () => {
    const known = memory();
    keepLease(known, session(FIRST_LEASE_MS));
    keepLease(known, session(IDLE_LEASE_MS), { spent: true });
    expect(known.leases.get('typist')).toMatchObject({ leaseUntil: IDLE_LEASE_MS });
  });
});
