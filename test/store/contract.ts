/** The laws that every store keeps, whatever holds the rooms; run by each store's own test. */
import { describe, expect, it } from 'vitest';
import { operatorLaws } from './contract-operator.ts';
import { rateLaws } from './contract-rate.ts';
import { recoveryLaws } from './contract-recovery.ts';
import { seatsLaws } from './contract-seats.ts';
import { contractStage, type OpenedStore } from './contract-stage.ts';
import { IDLE_MS } from './law.ts';

/** A first lease that nobody touched (LINE.md, rule 2). */
const FIRST_LEASE_MS = 30_000;
/** How long nobody is called after a loss (LINE.md, rule 1). */
const HOLD_MS = 3_000;

export function storeContract(name: string, open: () => Promise<OpenedStore>): void {
  describe(`${name}: the contract of a store`, () => {
    const stage = contractStage(open);
    const { room, configure, join, ticketsFor, claim, view, tick, restart, people } = stage;

    describe('joining', () => {
      it('a quiet room lets newcomers in at once', async () => {
        await configure({ limits: { sessions: 5 } });
        const answer = await join(people(3));
        expect(answer).toMatchObject({ first: 1, count: 3, prequeue: false });
        expect(answer.sessions.map((session) => session.id)).toEqual(['v0', 'v1', 'v2']);
        expect(view()).toMatchObject({ sessions: 3, waiting: 0 });
      });

      it('the line begins in the very request that exceeds the limit', async () => {
        await configure({ limits: { sessions: 2 } });
        const answer = await join(people(5));
        expect(answer.sessions).toHaveLength(2);
        expect(view()).toMatchObject({ issued: 5, serving: 2, waiting: 3, sessions: 2, state: 'engaged' });
      });

      it('numbers are given in order, each once, also to those who come in one turn', async () => {
        await configure({ limits: { sessions: 0 } });
        const answers = await Promise.all(people(50).map((id) => join([id, `${id}-2`])));
        expect(answers.map((answer) => answer.first)).toEqual(answers.map((_, i) => 2 * i + 1));
        expect(view().issued).toBe(100);
      });

      it('lanes have numbers of their own', async () => {
        await configure({ limits: { sessions: 0 }, lanes: { default: 1, members: 3 } });
        await join(people(4));
        expect(await join(people(2, 'm'), 'members')).toMatchObject({ lane: 'members', first: 1 });
        expect(view().lanes).toMatchObject({ default: { issued: 4 }, members: { issued: 2 } });
      });

      it('nobody joins a room that has ended', async () => {
        await configure({ state: 'ended' });
        expect(await stage.store.join(room, 'default', ['a'])).toMatchObject({
          kind: 'closed',
          state: 'ended',
        });
      });

      it('a room that was never configured is nobody’s', async () => {
        expect(stage.store.view('elsewhere')).toBeUndefined();
        await expect(stage.store.join('elsewhere', 'default', ['a'])).rejects.toThrow('elsewhere');
      });
    });

    describe('claiming', () => {
      it('a number is called when a slot is free, and becomes a session', async () => {
        await configure({ limits: { sessions: 1 } });
        const [first, second] = await ticketsFor(['a', 'b']);
        expect((await claim(second!)).kind).toBe('waiting');
        expect(await stage.store.leave(room, 'a', 'left', first)).toBe(true);
        await tick(1000);
        expect(await claim(second!)).toMatchObject({ kind: 'admitted', session: { id: 'b' } });
      });

      it('claiming again is the same session while it lives, and refused after', async () => {
        await configure({ limits: { sessions: 1 } });
        const [ticket] = await ticketsFor(['a']);
        const once = await claim(ticket!);
        expect(await claim(ticket!)).toMatchObject({ kind: 'admitted', session: { id: 'a' } });
        expect(once.kind).toBe('admitted');
        await stage.store.touch(room, [{ id: 'a', how: 'active' }]);
        await stage.store.leave(room, 'a', 'left', ticket);
        expect((await claim(ticket!)).kind).toBe('used');
      });

      it('a hundred simultaneous claims give one session', async () => {
        await configure({ limits: { sessions: 50 } });
        const [ticket] = await ticketsFor(['a']);
        const answers = await Promise.all(Array.from({ length: 100 }, () => claim(ticket!)));
        expect(new Set(answers.map((answer) => answer.kind))).toEqual(new Set(['admitted']));
        expect(view().sessions).toBe(1);
      });

      it('no more are inside than the limit allows, whoever claims', async () => {
        await configure({ limits: { sessions: 3 } });
        const tickets = await ticketsFor(people(30));
        for (let round = 0; round < 10; round += 1) {
          await tick(1000);
          await Promise.all(tickets.map(claim));
          expect(view().sessions).toBeLessThanOrEqual(3);
        }
      });

      it('a lowered limit throws nobody out and lets nobody in', async () => {
        await configure({ limits: { sessions: 3 } });
        const tickets = await ticketsFor(people(5));
        await configure({ limits: { sessions: 1 } }, 2);
        await stage.store.leave(room, 'v0', 'left', tickets[0]);
        await tick(1000);
        expect(view()).toMatchObject({ sessions: 2, serving: 3 });
      });

      it('a ticket of another epoch is void', async () => {
        await configure({ limits: { sessions: 1 } });
        const [ticket] = await ticketsFor(['a']);
        expect((await claim({ ...ticket!, id: 'x', epoch: ticket!.epoch + 7 })).kind).toBe('void');
      });
    });

    describe('sessions', () => {
      it('a first answer that failed spends nothing', async () => {
        await configure({ limits: { sessions: 1 } });
        const [ticket] = await ticketsFor(['a']);
        expect(await stage.store.leave(room, 'a', 'unspent', ticket)).toBe(true);
        expect(view().sessions).toBe(0);
        await tick(1000);
        expect((await claim(ticket!)).kind).toBe('admitted');
      });

      it('an untouched session lapses and leaves its ticket good', async () => {
        await configure({ limits: { sessions: 1 } });
        const [ticket] = await ticketsFor(['a']);
        await tick(FIRST_LEASE_MS + 2000);
        expect(view().sessions).toBe(0);
        expect((await claim(ticket!)).kind).toBe('admitted');
      });

      it('a touch extends the lease; once it lapsed the ticket is used, and its form may still be sent', async () => {
        await configure({ limits: { sessions: 1 } });
        const [ticket] = await ticketsFor(['a']);
        const touched = await stage.store.touch(room, [
          { id: 'a', how: 'active' },
          { id: 'nobody', how: 'active' },
        ]);
        expect(touched.leases[1]).toBeNull();
        expect(touched.leases[0]!.leaseUntil).toBeGreaterThanOrEqual(touched.view.at + IDLE_MS);
        await tick(FIRST_LEASE_MS + 2000);
        expect(view().sessions).toBe(1);
        await tick(IDLE_MS * 1.25);
        expect(view().sessions).toBe(0);
        expect(await claim(ticket!)).toMatchObject({ kind: 'used', canSubmit: true });
        expect(await stage.store.submit(room, 'a')).toMatchObject({ session: { id: 'a' } });
        expect(view().sessions).toBe(1);
      });

      it('a form goes ahead of the line into the reserve, and no further', async () => {
        await configure({ limits: { sessions: 2, submitReserve: 1 } });
        expect((await join(people(3))).sessions).toHaveLength(1);
        expect(await stage.store.submit(room, 'late')).not.toBeNull();
        expect(await stage.store.submit(room, 'later')).toBeNull();
      });

      it('who left is named in the view, so that every gateway refuses the pass', async () => {
        await configure({ limits: { sessions: 2 } });
        const [ticket] = await ticketsFor(['a']);
        await stage.store.leave(room, 'a', 'left', ticket);
        expect(view().endedSessions).toContain('a');
        expect(await stage.store.leave(room, 'nobody', 'left')).toBe(false);
      });
    });

    describe('seats', () => {
      it('nobody is let in for a seat that somebody inside may still take', async () => {
        await configure({ limits: { sessions: 10, seats: 1 } });
        expect((await join(people(3))).sessions).toHaveLength(1);
        await tick(2000);
        expect(view()).toMatchObject({ sessions: 1, serving: 1, seatsLeft: 1 });
      });

      it('a registration takes the seat, and the last one sells the room out', async () => {
        await configure({ limits: { sessions: 10, seats: 1 } });
        await join(['a']);
        await stage.store.register(room, 'a');
        await tick(500);
        expect(view()).toMatchObject({ seatsLeft: 0, state: 'soldout', sessions: 1 });
        expect(await stage.store.join(room, 'default', ['b'])).toMatchObject({
          kind: 'closed',
          state: 'soldout',
        });
      });

      it('the platform’s word counts, and reopens a sold-out room', async () => {
        await configure({ limits: { sessions: 10, seats: 0 } });
        expect(view().state).toBe('soldout');
        await stage.store.setSeats(room, 2);
        expect((await join(people(3))).sessions).toHaveLength(2);
      });

      it('the configured seats count once, not again on every start', async () => {
        await configure({ limits: { sessions: 10, seats: 5 } });
        await join(['a']);
        await stage.store.register(room, 'a');
        await restart('clean');
        await configure({ limits: { sessions: 10, seats: 5 } });
        expect(view().seatsLeft).toBe(4);
      });
    });

    describe('law', () => {
      it('a paused room gives numbers, keeps every place and calls nobody until it is resumed', async () => {
        await configure({ limits: { sessions: 1 } });
        const tickets = await ticketsFor(['a', 'b']);
        await configure({ limits: { sessions: 1 }, state: 'paused' }, 2);
        await stage.store.leave(room, 'a', 'left', tickets[0]);
        await join(['c']);
        await tick(5000);
        expect(view()).toMatchObject({ state: 'paused', serving: 1, issued: 3, sessions: 0 });
        await configure({ limits: { sessions: 1 }, state: 'open' }, 3);
        await tick(1000);
        expect((await claim(tickets[1]!)).kind).toBe('admitted');
      });

      it('a lower revision than the room has seen changes nothing', async () => {
        await configure({ limits: { sessions: 7 } }, 5);
        await configure({ limits: { sessions: 1 } }, 4);
        expect(view()).toMatchObject({ revision: 5, limits: { sessions: 7 } });
      });
    });

    operatorLaws(stage);

    describe('views', () => {
      it('the newest view is what the last step answered, without another question', async () => {
        await configure({ limits: { sessions: 1 } });
        const answer = await join(['a', 'b']);
        expect(view()).toEqual(answer.view);
        expect(view()).toBe(view());
        expect([...stage.store.rooms()]).toEqual([room]);
        expect(stage.store.health()).toBe('ok');
      });

      it('a token that proves more than the store knows lifts the line', async () => {
        await configure({ limits: { sessions: 0 } });
        const { epoch } = view();
        await stage.store.lift(room, { epoch, lane: 'default', issued: 500, serving: 100, fence: 0 });
        expect(view()).toMatchObject({ issued: 500, serving: 100 });
        expect((await join(['a'])).first).toBe(501);
      });
    });

    rateLaws(stage);
    seatsLaws(stage);
    recoveryLaws(stage);

    describe.each(['clean', 'kill'] as const)('a restart (%s)', (kind) => {
      it('keeps numbers, sessions and what is spent', async () => {
        await configure({ limits: { sessions: 2 } });
        const tickets = await ticketsFor(people(6));
        await stage.store.touch(room, [
          { id: 'v0', how: 'active' },
          { id: 'v1', how: 'active' },
        ]);
        await stage.store.leave(room, 'v0', 'left', tickets[0]);
        await restart(kind);
        expect(view()).toMatchObject({ issued: 6, sessions: 1, limits: { sessions: 2 } });
        expect((await join(['late'])).first).toBe(7);
        await tick(HOLD_MS + 2000);
        expect((await claim(tickets[0]!)).kind).toBe('used');
        expect((await claim(tickets[1]!)).kind).toBe('admitted');
        expect((await claim(tickets[2]!)).kind).toBe('admitted');
        expect((await claim(tickets[5]!)).kind).toBe('waiting');
        expect(view().sessions).toBe(2);
      });

      it('after another one', async () => {
        await configure({ limits: { sessions: 0 } });
        for (let round = 0; round < 3; round += 1) {
          expect((await join(people(10, `r${round}-`))).first).toBe(10 * round + 1);
          await restart(kind);
        }
        expect(view().issued).toBe(30);
      });
    });

    describe('forgetting', () => {
      it('a room that nobody uses is dropped, and is new when it is named again', async () => {
        await configure({ limits: { sessions: 5 } });
        expect(await stage.store.forget(room)).toBe(true);
        expect(stage.store.view(room)).toBeUndefined();
        expect([...stage.store.rooms()]).toEqual([]);
        await configure({ limits: { sessions: 0 } });
        expect((await join(['a'])).first).toBe(1);
      });

      it('a room where somebody waits or is inside stays', async () => {
        await configure({ limits: { sessions: 1 } });
        const [ticket] = await ticketsFor(['a']);
        expect(await stage.store.forget(room)).toBe(false);
        await join(['b']);
        await stage.store.leave(room, 'a', 'left', ticket);
        expect(await stage.store.forget(room)).toBe(false);
      });

      it('a room that was told its seats stays: they would be for sale again', async () => {
        await configure({ limits: { sessions: 5, seats: 9 } });
        await stage.store.setSeats(room, 0);
        expect(await stage.store.forget(room)).toBe(false);
        await configure({ limits: { sessions: 5, seats: 9 } });
        expect(view().state).toBe('soldout');
      });

      it('and a ticket of its former life is void', async () => {
        await configure({ limits: { sessions: 5 } });
        const [ticket] = await ticketsFor(['a']);
        await stage.store.touch(room, [{ id: 'a', how: 'active' }]);
        await stage.store.leave(room, 'a', 'left', ticket);
        expect(await stage.store.forget(room)).toBe(true);
        for (const kind of ['clean', 'kill'] as const) {
          await restart(kind);
          await configure({ limits: { sessions: 5 } });
          expect((await claim(ticket!)).kind).toBe('void');
        }
      });

      it('and what was forgotten stays so over a restart', async () => {
        await configure();
        await stage.store.forget(room);
        await restart('kill');
        expect([...stage.store.rooms()]).toEqual([]);
      });
    });

    it('a store that was stopped answers nothing more, and stops twice without harm', async () => {
      await configure();
      await stage.store.stop();
      await stage.store.stop();
      await expect(stage.store.join(room, 'default', ['a'])).rejects.toMatchObject({ code: 'HG_STORE_LOST' });
      expect(stage.store.health()).toBe('lost');
    });
  });
}
