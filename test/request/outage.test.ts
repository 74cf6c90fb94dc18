/** Who may go in while the store is lost: the share counted down, the order of places, an operator's limit, and what closes the door to all. */
import { describe, expect, it } from 'vitest';
import type { RoomView } from '../../gateway/line/words.ts';
import {
  beginOutage,
  beginSession,
  dropLapsed,
  endSession,
  isHolding,
  leaveRoster,
  letsHolderIn,
  letsNewcomerIn,
  OPEN_MS,
  type Outage,
  type OutageLaw,
  slotsNow,
} from '../../gateway/request/outage.ts';
import type { Ticket } from '../../gateway/request/token-claims.ts';
import { roomView } from '../support/page-models.ts';

const SHARE: OutageLaw = {
  ...{ onStoreLoss: 'share', override: undefined, inside: 0, state: 'open', sessions: null },
};
const HOLD: OutageLaw = { ...SHARE, onStoreLoss: 'hold' };
const OPEN: OutageLaw = { ...SHARE, onStoreLoss: 'open' };
const operator = (action: 'pause' | 'limit', limit: number | null, inside = 0): OutageLaw => ({
  ...HOLD,
  inside,
  override: { room: 'r', action, limit, reason: '', since: 0, until: 1 },
});

const quiet = (share: RoomView['share'] = { slots: 2, perMinute: null }): RoomView => ({
  ...roomView('r', 'open', 0),
  share,
});
const engaged = (waiting: number): RoomView => ({
  ...roomView('r', 'engaged', waiting),
  share: { slots: 9, perMinute: null },
});
const began = (view: RoomView): Outage => beginOutage('o', view, 0);

const numbered = (number: number): Ticket => ({
  ...{ id: `t${number}`, room: 'r', lane: 'default', epoch: 1, number, serving: 500, servingAtJoin: 500 },
  ...{ prequeue: false, provisional: null, issuedAt: 0, expiresAt: 1e12 },
});
const provisional = (k: number): Ticket => ({
  ...numbered(k),
  provisional: { gateway: 'g', outage: 'o' },
});

describe('share', () => {
  it('lets in as many as the last view gave this gateway', () => {
    const outage = began(quiet());
    const entered = [1, 2, 3].map((n) => {
      const mayEnter = letsNewcomerIn(outage, SHARE, n);
      if (mayEnter) beginSession(outage, `s${n}`, 1_000);
      return mayEnter;
    });
    expect(entered).toEqual([true, true, false]);
    expect(isHolding(outage, SHARE, 4)).toBe(true);
  });

  it('lets nobody in where somebody waited, or the room was not open', () => {
    for (const view of [engaged(3), { ...quiet(), waiting: 1 }, roomView('r', 'prequeue', 0)]) {
      expect(letsNewcomerIn(began(view), SHARE, 1)).toBe(false);
    }
  });

  it.each([
    { perMinute: 60, atOnce: 2, inTenSeconds: 12 },
    { perMinute: 6, atOnce: 1, inTenSeconds: 2 },
    { perMinute: 0, atOnce: 0, inTenSeconds: 0 },
  ])(
    'at $perMinute a minute: $atOnce at once, $inTenSeconds in ten seconds',
    ({ perMinute, atOnce, inTenSeconds }) => {
      const outage = began(quiet({ slots: null, perMinute }));
      let entered = 0;
      const enterAll = (atMs: number) => {
        while (letsNewcomerIn(outage, SHARE, atMs)) beginSession(outage, `s${entered++}`, atMs);
      };
      enterAll(0);
      expect(entered).toBe(atOnce);
      for (let atMs = 500; atMs <= 10_000; atMs += 500) enterAll(atMs);
      expect(entered).toBe(inTenSeconds);
    },
  );

  it('a session that ends or lapses gives its slot back, once', () => {
    const outage = began(quiet());
    beginSession(outage, 'left', 1_000);
    beginSession(outage, 'lapsed', 1_000);
    endSession(outage, 'left', 'left');
    endSession(outage, 'left', 'left');
    expect(slotsNow(outage, SHARE, 1)).toBe(1);
    dropLapsed(outage, 40_000);
    dropLapsed(outage, 40_000);
    expect(slotsNow(outage, SHARE, 1)).toBe(2);
  });

  it('a session that others may know of gives nothing back: elsewhere its slot may be taken by now', () => {
    const outage = began(quiet());
    const session = { startedAt: 0, leaseUntil: 10, spent: true, registered: false, isNew: false };
    outage.leases.set('old', { id: 'old', ...session });
    endSession(outage, 'old', 'left');
    expect(slotsNow(outage, SHARE, 1)).toBe(2);
  });

  it('newcomers overtake nobody who had to wait for the rate; the first of them go in first', () => {
    const outage = began(quiet({ slots: null, perMinute: 30 }));
    beginSession(outage, 's', 0);
    expect(letsHolderIn(outage, SHARE, provisional(1), 0)).toBe(false);
    expect(letsHolderIn(outage, SHARE, provisional(2), 0)).toBe(false);
    expect(isHolding(outage, SHARE, 3_000)).toBe(true);
    expect(letsNewcomerIn(outage, SHARE, 3_000)).toBe(false);
    expect(letsHolderIn(outage, SHARE, provisional(2), 3_000)).toBe(false);
    expect(letsHolderIn(outage, SHARE, provisional(1), 3_000)).toBe(true);
    leaveRoster(outage, provisional(1));
    expect(letsHolderIn(outage, SHARE, provisional(2), 3_000)).toBe(true);
  });

  it('who does not ask any more holds nobody up', () => {
    const outage = began(quiet({ slots: null, perMinute: 60 }));
    letsHolderIn(outage, SHARE, provisional(1), 0);
    expect(letsNewcomerIn(outage, SHARE, 19_000)).toBe(false);
    expect(letsNewcomerIn(outage, SHARE, 21_000)).toBe(true);
  });
});

describe('hold and open', () => {
  it('hold lets nobody in', () => {
    expect(letsNewcomerIn(began(quiet()), HOLD, 1)).toBe(false);
    expect(letsHolderIn(began(quiet()), HOLD, numbered(1), 1)).toBe(false);
  });

  it('open lets everybody in, line or not, for ten minutes', () => {
    const outage = began(engaged(5));
    letsHolderIn(outage, OPEN, numbered(504), 1);
    expect(letsNewcomerIn(outage, OPEN, OPEN_MS - 1)).toBe(true);
    expect(letsHolderIn(outage, OPEN, numbered(505), OPEN_MS - 1)).toBe(true);
    expect(letsNewcomerIn(outage, OPEN, OPEN_MS)).toBe(false);
    expect(isHolding(outage, OPEN, OPEN_MS)).toBe(true);
  });

  it.each([
    { name: 'paused', change: { operatorState: 'paused', state: 'paused' } },
    { name: 'offline', change: { operatorState: 'offline', state: 'offline' } },
    { name: 'in prequeue', change: { state: 'prequeue' } },
    { name: 'sold out', change: { state: 'soldout' } },
    { name: 'not heard of, before its opening', change: { state: 'held', opensAt: 2e12 } },
  ] as { name: string; change: Partial<RoomView> }[])(
    'a room that is $name stays closed, even to open',
    ({ change }) => {
      const outage = began({ ...quiet(), ...change });
      for (const law of [OPEN, operator('limit', 9)]) expect(letsNewcomerIn(outage, law, 1)).toBe(false);
    },
  );

  it.each(['paused', 'offline', 'ended'] as const)(
    'a room that became %s by a law that the lost store has not heard of is closed from then on',
    (state) => {
      const outage = began(quiet());
      expect(letsNewcomerIn(outage, OPEN, 1)).toBe(true);
      for (const law of [SHARE, OPEN, operator('limit', 9)]) {
        expect(letsNewcomerIn(outage, { ...law, state }, 2)).toBe(false);
        expect(letsHolderIn(outage, { ...law, state }, numbered(1), 2)).toBe(false);
      }
    },
  );

  it('a limit that was lowered since is the most that the share fills up to', () => {
    const outage = began(quiet({ slots: 9, perMinute: null }));
    expect(letsNewcomerIn(outage, { ...SHARE, sessions: 5, inside: 4 }, 1)).toBe(true);
    expect(letsNewcomerIn(outage, { ...SHARE, sessions: 5, inside: 5 }, 1)).toBe(false);
    expect(isHolding(outage, { ...SHARE, sessions: 5, inside: 5 }, 1)).toBe(true);
  });

  it('a ticket of another epoch proves no place in this line', () => {
    expect(letsHolderIn(began(quiet()), OPEN, { ...numbered(1), epoch: 2 }, 1)).toBe(false);
  });
});

describe('an operator’s word', () => {
  it('pause lets nobody in', () => {
    expect(letsNewcomerIn(began(quiet()), operator('pause', null), 1)).toBe(false);
  });

  it('limit lets newcomers in where nobody waits', () => {
    expect(letsNewcomerIn(began(quiet()), operator('limit', 3, 2), 1)).toBe(true);
    expect(letsNewcomerIn(began(quiet()), operator('limit', 3, 3), 1)).toBe(false);
    expect(letsNewcomerIn(began(engaged(1)), operator('limit', 3, 0), 1)).toBe(false);
  });

  it('limit lets the called in at once, the others by their numbers once all have asked', () => {
    const outage = began(engaged(9));
    const law = operator('limit', 2, 0);
    for (const number of [505, 503, 504]) expect(letsHolderIn(outage, law, numbered(number), 1)).toBe(false);
    expect(letsHolderIn(outage, law, numbered(499), 1)).toBe(true);
    for (const number of [505, 503, 504]) letsHolderIn(outage, law, numbered(number), 14_000);
    leaveRoster(outage, numbered(499));
    const now = 16_000;
    const entered = [505, 504, 503].map((number) => letsHolderIn(outage, law, numbered(number), now));
    expect(entered).toEqual([false, true, true]);
  });

  it('limit: who came during the outage stands behind every number', () => {
    const outage = began(engaged(9));
    const law = operator('limit', 1, 0);
    outage.places.set('default', 1);
    letsHolderIn(outage, law, provisional(1), 16_000);
    letsHolderIn(outage, law, numbered(600), 16_000);
    expect(letsHolderIn(outage, law, provisional(1), 16_300)).toBe(false);
    expect(letsHolderIn(outage, law, numbered(600), 16_300)).toBe(true);
  });
});

it('what nobody was told of, the store need not hear of', () => {
  const outage = began(quiet());
  beginSession(outage, 'failed', 1_000);
  beginSession(outage, 'left', 1_000);
  endSession(outage, 'failed', 'unspent');
  endSession(outage, 'left', 'left');
  expect(outage.leases.size).toBe(0);
  expect(outage.ended.map(({ id }) => id)).toEqual(['left']);
});
