/** The laws of an operator's word: it holds over reloads and restarts, ends by itself where it was told to, and costs nobody the place. */
import { describe, expect, it } from 'vitest';
import type { ContractStage } from './contract-stage.ts';

export function operatorLaws(stage: ContractStage): void {
  const { room, configure, ticketsFor, join, claim, view, tick, restart, people } = stage;
  const ONE = { limits: { sessions: 1 } };

  describe('an operator’s word', () => {
    it('pauses a line: numbers are given, nobody is called or let in, until another word', async () => {
      await configure(ONE);
      const tickets = await ticketsFor(['a', 'b']);
      const paused = await stage.store.operate(room, { kind: 'pause', until: null });
      expect(paused).toMatchObject({ state: 'paused', operatorState: 'paused', stateUntil: null });
      await stage.store.leave(room, 'a', 'left', tickets[0]);
      await join(['c']);
      await tick(3_000);
      expect(view()).toMatchObject({ state: 'paused', serving: 1, issued: 3, sessions: 0 });
      expect(await stage.store.operate(room, { kind: 'open' })).toMatchObject({ operatorState: 'open' });
      await tick(1_000);
      expect((await claim(tickets[1]!)).kind).toBe('admitted');
    });

    it('takes a room offline until a time, and the line goes on by itself then, in its order', async () => {
      await configure({ limits: { sessions: 0 } });
      const tickets = await ticketsFor(people(20));
      const until = view().at + 4_000;
      expect(await stage.store.operate(room, { kind: 'offline', until })).toMatchObject({
        state: 'offline',
        stateUntil: until,
      });
      await configure({ limits: { sessions: 20 } }, 2);
      await tick(3_000);
      expect(view()).toMatchObject({ state: 'offline', stateUntil: until, serving: 0, issued: 20 });
      await tick(2_000);
      expect(view()).toMatchObject({ operatorState: 'open', stateUntil: null, serving: 20 });
      const numbers = [];
      for (const ticket of tickets)
        if ((await claim(ticket)).kind === 'admitted') numbers.push(ticket.number);
      expect(numbers).toEqual(tickets.map(({ number }) => number));
    });

    it('is not undone by a law that says the same of the state as before, and is by one that says another', async () => {
      await configure(ONE, 1);
      await stage.store.operate(room, { kind: 'offline', until: null });
      expect(await configure({ limits: { sessions: 2 } }, 2)).toMatchObject({ state: 'offline' });
      expect(await configure({ limits: { sessions: 2 }, state: 'paused' }, 3)).toMatchObject({
        state: 'paused',
      });
      expect(await configure({ limits: { sessions: 2 }, state: 'open' }, 4)).toMatchObject({ state: 'open' });
    });

    it('ends a line for good: opened again it is a new one, and tickets of the old are void', async () => {
      await configure({ limits: { sessions: 0 } });
      const [ticket] = await ticketsFor(['a']);
      expect(await stage.store.operate(room, { kind: 'end' })).toMatchObject({ state: 'ended' });
      expect(await stage.store.join(room, 'default', ['b'])).toMatchObject({
        kind: 'closed',
        state: 'ended',
      });
      const { epoch } = view();
      expect(await stage.store.operate(room, { kind: 'open' })).toMatchObject({
        epoch: epoch + 1,
        issued: 0,
      });
      expect((await claim(ticket!)).kind).toBe('void');
    });

    it.each(['clean', 'kill'] as const)('outlives a restart (%s), with the time of its end', async (kind) => {
      await configure(ONE);
      await join(people(3));
      const until = view().at + 3_600_000;
      await stage.store.operate(room, { kind: 'pause', until });
      await restart(kind);
      await tick(500);
      expect(view()).toMatchObject({ state: 'paused', stateUntil: until, issued: 3 });
    });

    it('keeps a room that nobody uses from being forgotten', async () => {
      await configure(ONE);
      await stage.store.operate(room, { kind: 'end' });
      expect(await stage.store.forget(room)).toBe(false);
      await stage.store.operate(room, { kind: 'open' });
      expect(await stage.store.forget(room)).toBe(true);
    });

    it('is refused by a store that has stopped', async () => {
      await configure();
      await stage.store.stop();
      await expect(stage.store.operate(room, { kind: 'end' })).rejects.toMatchObject({
        code: 'HG_STORE_LOST',
      });
    });
  });
}
