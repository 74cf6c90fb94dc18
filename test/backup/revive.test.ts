/** What becomes of a room that is restored: it holds, heals and forgets then's gateways; and which rooms a restore may touch at all. */
import { describe, expect, it } from 'vitest';
import { fateOf } from '../../gateway/backup/plan.ts';
import { mayReplace, revive } from '../../gateway/backup/revive.ts';
import { call } from '../../gateway/line/call.ts';
import { claim } from '../../gateway/line/claim.ts';
import { configure } from '../../gateway/line/configure.ts';
import { join } from '../../gateway/line/join.ts';
import { createRoom, type Room } from '../../gateway/line/room.ts';
import { viewOf } from '../../gateway/line/view.ts';
import type { Caller, RoomLaw } from '../../gateway/line/words.ts';
import { type LawChange, lawOf } from '../store/law.ts';

const T0 = Date.parse('2026-12-01T15:00:00Z');
const HOUR_MS = 3_600_000;

const caller = (time: number, gateway = 'g1', more: Partial<Caller> = {}): Caller => ({
  ...{ gateway, gone: [], server: 's', time, lastAt: 0, sinceMs: 0, lastSeq: 0, floors: null },
  ...more,
});
const ids = (count: number, from = 1) => Array.from({ length: count }, (_, i) => `t${from + i}`);

function room(change: { law?: RoomLaw; revision?: number; epoch?: number } = {}): Room {
  const made = createRoom('event-1', change.epoch ?? 1);
  configure(made, caller(T0), change.law ?? twoSessions(), change.revision ?? 1);
  return made;
}

const twoSessions = (change: LawChange = {}): RoomLaw => lawOf({ limits: { sessions: 2 }, ...change });

/** Two inside, three who wait, two gateways that know the room. */
function busy(): Room {
  const made = room();
  join(made, caller(T0 + 10), 'default', ids(5));
  call(made, caller(T0 + 20, 'g2'));
  return made;
}

describe('a restored room', () => {
  it('has every number and everybody inside, and calls nobody for 3 s', () => {
    const revived = revive(busy(), null, T0 + 5_000);
    expect(viewOf(revived)).toMatchObject({ issued: 5, serving: 2, sessions: 2, losses: 1 });
    expect(revived.recoverUntil - revived.at).toBe(3_000);
    const ticket = { id: 't3', lane: 'default', epoch: 1, number: 3, serving: 2, expiresAt: T0 + HOUR_MS };
    expect(claim(revived, caller(T0 + 5_100), ticket).kind).not.toBe('admitted');
  });

  it('lets gateways put back the sessions that they know', () => {
    const revived = revive(busy(), null, T0 + 5_000);
    expect(revived.restoreUntil - revived.at).toBe(twoSessions().idleMs);
  });

  it('keeps no share for gateways of then, nor for whoever restored it', () => {
    const revived = revive(busy(), null, T0 + 5_000);
    expect([...revived.gateways.keys()]).toEqual([]);
    call(revived, caller(T0 + 20_000, 'g9'));
    expect(revived.apart).toBeNull();
    expect(viewOf(revived).silent).toEqual([]);
  });

  it('an hour later has nobody inside whose lease is over, and every place', () => {
    const revived = revive(busy(), null, T0 + HOUR_MS);
    expect(viewOf(revived)).toMatchObject({ issued: 5, serving: 2, sessions: 0 });
  });

  it('leaves the backup as it was: it is read again where a write has to start over', () => {
    const backup = busy();
    const before = JSON.stringify(viewOf(backup));
    revive(backup, null, T0 + HOUR_MS);
    expect(JSON.stringify(viewOf(backup))).toBe(before);
  });

  it('obeys what was decided since: law, fence, state and seats of the room in its place', () => {
    const backup = busy();
    backup.state = 'paused';
    const newer = twoSessions({ limits: { sessions: 7 } });
    const blank = room({ law: newer, revision: 9 });
    Object.assign(blank, { fence: 3, state: 'offline', stateUntil: T0 + HOUR_MS, stateRev: 8 });
    Object.assign(blank, { seats: 12, seatsRev: 8, seq: 10_000 });
    const revived = revive(backup, blank, T0 + 5_000);
    expect(revived).toMatchObject({ revision: 9, fence: 3, state: 'offline', seats: 12 });
    expect(revived.stateUntil).toBe(T0 + HOUR_MS);
    expect(revived.law?.limits.sessions).toBe(7);
    expect(revived.seq).toBeGreaterThan(10_000);
    expect(revived.lanes.default).toMatchObject({ issued: 5, serving: 2 });
  });

  it('keeps its own where it is the newer one', () => {
    const backup = busy();
    Object.assign(backup, { revision: 5, fence: 4, state: 'paused', stateRev: 6 });
    const revived = revive(backup, room({ law: twoSessions({ idleMs: 1_000 }) }), T0 + 5_000);
    expect(revived).toMatchObject({ revision: 5, fence: 4, state: 'paused', stateRev: 6 });
    expect(revived.law?.idleMs).toBe(twoSessions().idleMs);
  });
});

describe('a restore', () => {
  it('writes what is not there, or where nobody would notice', () => {
    expect(fateOf(busy(), null, false).kind).toBe('write');
    expect(fateOf(busy(), room(), false).kind).toBe('write');
    expect(fateOf(busy(), room(), true).kind).toBe('write');
  });

  it('refuses a live line, by what lives there, and lifts it where that was asked', () => {
    expect(fateOf(busy(), busy(), false)).toMatchObject({
      kind: 'refuse',
      why: 'it is live: 5 numbers given, 2 inside',
    });
    expect(fateOf(busy(), busy(), true).kind).toBe('lift');
  });

  it('never puts a line in the place of the one that came after it', () => {
    const later = room({ epoch: 2 });
    expect(mayReplace(later, busy())).toBe(false);
    expect(fateOf(busy(), later, false)).toMatchObject({
      kind: 'refuse',
      why: 'its line began anew since: epoch 2, the backup has 1',
    });
    expect(fateOf(busy(), later, true).kind).toBe('lift');
  });

  it('a room that was quiet then refuses nothing, and is no reason to begin a line anew', () => {
    expect(fateOf(room(), busy(), false).kind).toBe('lift');
    expect(fateOf(room({ epoch: 2 }), busy(), false).kind).toBe('refuse');
  });
});
