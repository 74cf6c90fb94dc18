/** The laws of what comes back: places and leases from an outage. */
import { describe, expect, it } from 'vitest';
import type { ContractStage } from './contract-stage.ts';
import { HOUR_MS, IDLE_MS } from './law.ts';

export function recoveryLaws(stage: ContractStage): void {
  const { room, configure, join, ticketOf, ticketsFor, claim, view, tick, restart, people } = stage;

  describe('places given while the store was lost', () => {
    const place = (k: number, outage = 'o1', lane = 'default') => ({ gateway: 'g', outage, lane, k });
    const numberOf = async (k: number, outage?: string) => {
      const answer = await stage.store.redeem(room, view().epoch, place(k, outage));
      if (answer.kind !== 'redeemed') throw new Error('the place is void');
      return answer.number;
    };

    it('become numbers behind those that were given, in their order, the same however often they are asked for', async () => {
      await configure({ limits: { sessions: 0 } });
      await join(people(7));
      expect(await numberOf(3)).toBe(10);
      expect(await numberOf(1)).toBe(8);
      expect(await Promise.all([3, 2, 1, 3].map((k) => numberOf(k)))).toEqual([10, 9, 8, 10]);
      expect(view().issued).toBe(10);
      expect((await join(['late'])).first).toBe(11);
    });

    it('of one outage go on behind what came between; another outage has places of its own', async () => {
      await configure({ limits: { sessions: 0 } });
      expect(await numberOf(2)).toBe(2);
      expect(await numberOf(2, 'o2')).toBe(4);
      await join(['between']);
      expect(await numberOf(3)).toBeGreaterThan(5);
      expect([await numberOf(1), await numberOf(1, 'o2')]).toEqual([1, 3]);
    });

    it('are called and claimed like any other', async () => {
      await configure({ limits: { sessions: 1 } });
      const redeemed = await stage.store.redeem(room, view().epoch, place(1));
      if (redeemed.kind !== 'redeemed') throw new Error('the place is void');
      await tick(1000);
      const { epoch, lane, number, serving } = redeemed;
      const ticket = { id: 'p', epoch, lane, number, serving, expiresAt: view().at + HOUR_MS };
      expect((await claim(ticket)).kind).toBe('admitted');
    });

    it('in a line that has ended are void', async () => {
      await configure();
      expect((await stage.store.redeem(room, view().epoch + 1, place(1))).kind).toBe('void');
      expect(view().issued).toBe(0);
    });

    it('stay the same over a restart', async () => {
      await configure({ limits: { sessions: 0 } });
      expect(await numberOf(4)).toBe(4);
      await restart('kill');
      expect(await numberOf(2)).toBe(2);
      expect(view().issued).toBe(4);
    });
  });

  describe('leases that a gateway knows', () => {
    const lease = (id: string, more: { isNew?: boolean; spent?: boolean; registered?: boolean } = {}) => ({
      ...{ id, startedAt: view().at, leaseUntil: view().at + IDLE_MS },
      ...{ spent: false, registered: false, isNew: false, ...more },
    });
    const lose = () =>
      stage.store.lift(room, { epoch: view().epoch, lane: 'default', issued: 50, serving: 40, fence: 0 });

    it('begun while the store was lost are taken at any time, others only after a loss', async () => {
      await configure({ limits: { sessions: 5 } });
      expect(await stage.store.restore(room, [lease('a', { isNew: true }), lease('b')])).toBe(1);
      expect(view().sessions).toBe(1);
      await lose();
      expect(view()).toMatchObject({ losses: 1, sessions: 1 });
      expect(await stage.store.restore(room, [lease('a'), lease('b'), lease('c')])).toBe(2);
      expect(view().sessions).toBe(3);
    });

    it('take their slots: nobody is let in until the room is below its limit', async () => {
      await configure({ limits: { sessions: 2 } });
      await stage.store.restore(
        room,
        people(3).map((id) => lease(id, { isNew: true })),
      );
      expect((await join(['late'])).sessions).toEqual([]);
      await tick(2000);
      expect(view()).toMatchObject({ sessions: 3, serving: 0 });
    });

    it('that have expired, or whose visitor left, do not come back', async () => {
      await configure({ limits: { sessions: 5 } });
      const [ticket] = await ticketsFor(['left']);
      await stage.store.touch(room, [{ id: 'left', how: 'active' }]);
      await stage.store.leave(room, 'left', 'left', ticket);
      const expired = { ...lease('expired', { isNew: true }), leaseUntil: view().at };
      expect(await stage.store.restore(room, [expired, lease('left', { isNew: true, spent: true })])).toBe(0);
      await lose();
      expect(await stage.store.restore(room, [expired, lease('left', { spent: true })])).toBe(0);
      expect(view().sessions).toBe(0);
    });

    it('of a visitor who had a turn here and is over are no news, wherever they were begun', async () => {
      await configure({ limits: { sessions: 5 } });
      await join(['a']);
      await stage.store.touch(room, [{ id: 'a', how: 'active' }]);
      await stage.clock.advance(IDLE_MS * 1.25 + 1);
      await stage.store.call(room);
      expect(view().sessions).toBe(0);
      expect(await stage.store.restore(room, [lease('a', { isNew: true, spent: true })])).toBe(0);
    });

    it('come back with what is known of them: their tickets are used, their seats are taken', async () => {
      await configure({ limits: { sessions: 5, seats: 2 } });
      await stage.store.restore(room, [lease('a', { isNew: true, spent: true, registered: true })]);
      expect((await join(people(3))).sessions).toHaveLength(2);
      const ticket = { ...ticketOf('a', 1, await join(['z'])), number: 1 };
      expect((await claim(ticket)).kind).toBe('admitted');
      await stage.store.leave(room, 'a', 'left', ticket);
      expect((await claim(ticket)).kind).toBe('used');
    });
  });
}
