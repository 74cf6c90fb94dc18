/** The laws of seats, of lanes and of maintenance: nobody is called in vain, and nobody's place is lost meanwhile. */
import { describe, expect, it } from 'vitest';
import type { ContractStage } from './contract-stage.ts';

export function seatsLaws(stage: ContractStage): void {
  const { room, configure, join, ticketsFor, claim, view, tick, restart, people } = stage;
  const enter = async (id: string) => stage.store.touch(room, [{ id, how: 'active' }]);

  describe('a sold-out room', () => {
    const sellOut = async (waitingList: boolean) => {
      await configure({ limits: { sessions: 10, seats: 1 }, waitingList });
      const tickets = await ticketsFor(['inside', 'second', 'third']);
      await enter('inside');
      await stage.store.register(room, 'inside');
      return tickets;
    };

    it('keeps the tickets that it gave, calls nobody, and takes no newcomers', async () => {
      await sellOut(false);
      await tick(5_000);
      expect(view()).toMatchObject({ state: 'soldout', seatsLeft: 0, serving: 1, waiting: 2, sessions: 1 });
      expect(await stage.store.join(room, 'default', ['late'])).toMatchObject({ state: 'soldout' });
    });

    it('with a waiting list gives newcomers numbers behind the others', async () => {
      await sellOut(true);
      expect(await join(['late'])).toMatchObject({ first: 4, sessions: [], view: { state: 'soldout' } });
      await tick(5_000);
      expect(view()).toMatchObject({ serving: 1, waiting: 3 });
    });

    it('goes on by itself, in its order, when a seat comes free', async () => {
      const [, second] = await sellOut(true);
      await join(['late']);
      await tick(2_000);
      await stage.store.setSeats(room, 1);
      await tick(1_000);
      expect(view()).toMatchObject({ state: 'engaged', serving: 2, seatsLeft: 1 });
      expect((await claim(second!)).kind).toBe('admitted');
      await tick(5_000);
      expect(view().serving).toBe(2);
    });

    it('knows no speed of its line, which may stand for days', async () => {
      await configure({ limits: { sessions: 1, seats: 2 }, waitingList: true });
      const tickets = await ticketsFor(people(40));
      await tick(15_000);
      expect(view().callsPerMinute.one).not.toBeNull();
      for (const id of ['v0', 'v1']) {
        await stage.store.register(room, id);
        await stage.store.leave(room, id, 'left');
        await tick(500);
        await claim(tickets[1]!);
      }
      expect(view().state).toBe('soldout');
      await tick(70_000);
      expect(view().callsPerMinute).toEqual({ one: null, five: null });
    });

    it.each(['clean', 'kill'] as const)(
      'is sold out after a restart (%s), whatever its law says',
      async (kind) => {
        await sellOut(true);
        await restart(kind);
        await configure({ limits: { sessions: 10, seats: 1 }, waitingList: true }, 2);
        await tick(5_000);
        expect(view()).toMatchObject({ state: 'soldout', seatsLeft: 0, serving: 1 });
      },
    );
  });

  describe('the last seats', () => {
    it('are not promised twice: nobody is called while those inside may take them', async () => {
      await configure({ limits: { sessions: 10, seats: 3 } });
      const tickets = await ticketsFor(people(20));
      await tick(5_000);
      expect(view()).toMatchObject({ state: 'engaged', serving: 3, sessions: 3 });
      await stage.store.leave(room, 'v0', 'left', tickets[0]);
      await tick(1_000);
      expect(view().serving).toBe(4);
    });

    it('are let in for one after the other, however many were called for them', async () => {
      await configure({ limits: { sessions: 0, seats: 2 } });
      const tickets = await ticketsFor(people(6));
      await stage.store.lift(room, { epoch: 1, lane: 'default', issued: 6, serving: 6, fence: 0 });
      await configure({ limits: { sessions: 10, seats: 2 } }, 2);
      await tick(4_000);
      const kinds = await Promise.all(tickets.map((ticket) => claim(ticket)));
      expect(kinds.map(({ kind }) => kind).sort()).toEqual([
        ...Array(2).fill('admitted'),
        ...Array(4).fill('retry'),
      ]);
    });
  });

  describe('a maintenance', () => {
    it('begins and ends by room time: places are kept and given, nobody is called or let in', async () => {
      await configure({ limits: { sessions: 1 } });
      const tickets = await ticketsFor(['a', 'b', 'c']);
      const from = view().at + 2_000;
      const until = from + 4_000;
      await configure({ limits: { sessions: 1 }, maintenance: [{ from, until }] }, 2);
      expect(view()).toMatchObject({ state: 'engaged', maintenance: null, stateUntil: null });
      await tick(2_000);
      expect(view()).toMatchObject({ state: 'paused', maintenance: { until }, stateUntil: until });
      await stage.store.leave(room, 'a', 'left', tickets[0]);
      await join(['late']);
      await tick(3_000);
      expect(view()).toMatchObject({ operatorState: 'open', serving: 1, issued: 4, sessions: 0 });
      expect((await claim(tickets[0]!)).kind).toBe('used');
      await tick(1_500);
      expect(view()).toMatchObject({ state: 'engaged', maintenance: null, stateUntil: null, serving: 2 });
      expect((await claim(tickets[1]!)).kind).toBe('admitted');
    });

    it('lets nobody straight in, and no called visitor either; their window stands still', async () => {
      await configure({ limits: { sessions: 0 }, claimMs: 10_000 });
      const tickets = await ticketsFor(people(3));
      await configure({ claimMs: 10_000 }, 2);
      await tick(500);
      expect(view().serving).toBe(3);
      const [from, until] = [view().at, view().at + 60_000];
      await configure({ claimMs: 10_000, maintenance: [{ from, until }] }, 3);
      expect(await claim(tickets[0]!)).toMatchObject({ kind: 'retry', retryMs: 5_000 });
      expect((await join(['late'])).sessions).toEqual([]);
      await tick(55_000);
      expect(view().outstanding).toBe(2);
      await tick(6_000);
      for (const ticket of tickets) expect((await claim(ticket)).kind).toBe('admitted');
    });

    it('does not speak over an operator: offline is offline, with its own end or none', async () => {
      await configure({ maintenance: [] });
      const maintenance = [{ from: view().at, until: view().at + 60_000 }];
      await configure({ maintenance }, 2);
      const answer = await stage.store.operate(room, { kind: 'offline', until: null });
      expect(answer).toMatchObject({
        state: 'offline',
        stateUntil: null,
        maintenance: { until: expect.any(Number) },
      });
      await stage.store.operate(room, { kind: 'open' });
      expect(view().state).toBe('paused');
    });

    it('that is taken out of the law is over at once', async () => {
      await configure({});
      const maintenance = [{ from: view().at, until: view().at + 60_000 }];
      await configure({ maintenance }, 2);
      await join(['a']);
      await configure({}, 3);
      await tick(500);
      expect(view()).toMatchObject({ state: 'open', serving: 1 });
    });

    it('does not put off a draw: who came before the opening is drawn, and called after the maintenance', async () => {
      await configure({ limits: { sessions: 5 } });
      const opensAt = view().at + 2_000;
      const launch = { opensAt, prequeueMs: 60_000, draw: { commitment: 'c' } };
      const maintenance = [{ from: view().at, until: opensAt + 4_000 }];
      await configure({ limits: { sessions: 5 }, launch, maintenance }, 2);
      expect(await join(people(3))).toMatchObject({ prequeue: true, view: { state: 'prequeue' } });
      await tick(2_500);
      expect(view()).toMatchObject({ state: 'paused', draw: { size: 3 }, serving: 0 });
      expect((await join(['late'])).prequeue).toBe(false);
      await tick(4_500);
      expect(view()).toMatchObject({ state: 'open', serving: 4 });
    });
  });

  describe('lanes', () => {
    const SHARED = { default: 1, partner: 3 };
    const fill = async () => {
      await join(people(200));
      for (const lane of ['default', 'partner']) await join(people(200, lane), lane);
    };
    const called = () => ({ default: view().lanes.default!.serving, partner: view().lanes.partner!.serving });

    it('are called as their weights say, 3 to 1, under a word on the rate too', async () => {
      await configure({ lanes: SHARED });
      await stage.store.reportRate(room, { factor: 1, perMinute: 0 });
      await fill();
      for (let second = 0; second < 12; second += 1) {
        await stage.store.reportRate(room, { factor: 1, perMinute: 120 });
        await tick(1_000);
      }
      const { default: plain, partner } = called();
      expect(plain + partner).toBeGreaterThan(20);
      expect(partner / plain).toBeGreaterThan(2.7);
      expect(partner / plain).toBeLessThan(3.3);
    });

    it('whose weights a later law changes move by the new ones at once; a new lane works at once', async () => {
      await configure({ limits: { sessions: 0 } });
      await join(people(100));
      await configure({ limits: { sessions: 0 }, lanes: { default: 1, partner: 1 } }, 2);
      await join(people(100, 'p'), 'partner');
      await configure({ limits: { sessions: 40 }, lanes: { default: 1, partner: 1 } }, 3);
      await tick(500);
      const before = called();
      expect(Math.abs(before.default - before.partner)).toBeLessThanOrEqual(1);
      await configure({ limits: { sessions: 80 }, lanes: { default: 1, partner: 9 } }, 4);
      await tick(500);
      const after = called();
      expect(after.partner - before.partner).toBeGreaterThan(6 * (after.default - before.default));
    });

    it('that the law does not name are the default one', async () => {
      await configure({ limits: { sessions: 0 } });
      expect(await join(['a'], 'unheard-of')).toMatchObject({ lane: 'default', first: 1 });
      expect(Object.keys(view().lanes)).toEqual(['default']);
    });

    it('that a later law no longer names go on for those who are in them', async () => {
      await configure({ limits: { sessions: 0 }, lanes: SHARED });
      await join(['p'], 'partner');
      await configure({ limits: { sessions: 5 } }, 2);
      await tick(500);
      expect(view().lanes.partner).toEqual({ issued: 1, serving: 1 });
      expect((await join(['q'], 'partner')).lane).toBe('default');
    });
  });
}
