/** The opening: numbers before it, an order at it, a size that is frozen once, and places that no delay takes away. */
import { expect, test } from 'vitest';
import { HOUR_MS, Play, START_MS } from './play.ts';

const launch = { opensAt: START_MS + 60_000, prequeueMs: 30_000, draw: { commitment: 'c0ffee' } };

test('outside its window a launch changes nothing', () => {
  const play = new Play({ limits: { sessions: 1 }, launch });
  expect(play.tryJoin(2)).toMatchObject({ prequeue: false, sessions: [{ id: 'v1' }] });
  expect(play.tick(29_000)).toMatchObject({ state: 'engaged', draw: { commitment: 'c0ffee', size: null } });
});

test('before the opening arrivals get prequeue numbers, nobody is called, and who was inside goes on', () => {
  const play = new Play({ limits: { sessions: 10 }, launch });
  const tickets = play.join(2);
  play.touch(tickets[0]);
  play.tick(31_000);
  expect(play.tryJoin(3)).toMatchObject({
    first: 3,
    prequeue: true,
    sessions: [],
    view: { state: 'prequeue' },
  });
  expect(play.tick(20_000)).toMatchObject({ serving: 2, draw: { base: 2, size: null } });
  expect(play.touch(tickets[0])).not.toBeNull();
});

test('at the opening the size is frozen, once: later comers are behind the draw', () => {
  const play = new Play({ limits: { sessions: 0 }, launch });
  play.join(4);
  play.tick(31_000);
  play.join(7);
  play.tick(30_000);
  expect(play.tryJoin(5)).toMatchObject({ first: 12, prequeue: false });
  expect(play.tick(HOUR_MS / 60)).toMatchObject({ state: 'engaged', draw: { base: 4, size: 7 } });
});

test('the join that comes in the very step of the opening is not in the draw', () => {
  const play = new Play({ limits: { sessions: 0 }, launch });
  play.pass(31_000);
  play.join(3);
  play.pass(29_000);
  expect(play.tryJoin(1)).toMatchObject({ first: 4, prequeue: false, view: { draw: { size: 3 } } });
});

test('a launch that is put off keeps its places and opens later; one that is taken away opens now', () => {
  const play = new Play({ limits: { sessions: 2 }, launch });
  play.tick(31_000);
  play.join(5);
  play.configure({ launch: { ...launch, opensAt: START_MS + HOUR_MS } });
  expect(play.tick(60_000)).toMatchObject({ state: 'prequeue', issued: 5, serving: 0 });
  play.configure({ launch: null });
  expect(play.tick(1000)).toMatchObject({ state: 'engaged', serving: 2 });
});

test('once frozen the size stays, whatever a reload says of the opening', () => {
  const play = new Play({ limits: { sessions: 0 }, launch });
  play.tick(31_000);
  play.join(5);
  play.tick(30_000);
  play.configure({ launch: { ...launch, opensAt: START_MS + HOUR_MS } });
  expect(play.tick(1000)).toMatchObject({ state: 'engaged', draw: { size: 5 } });
});

test('without a draw the order of the prequeue is that of arrival', () => {
  const play = new Play({ limits: { sessions: 1 }, launch: { ...launch, draw: null } });
  play.tick(31_000);
  const tickets = play.join(3);
  expect(play.tick(30_000)).toMatchObject({ serving: 1, draw: null });
  expect([play.claim(tickets[0]).kind, play.claim(tickets[1]).kind]).toEqual(['admitted', 'waiting']);
});

test('a paused prequeue still gives prequeue numbers, and its size is frozen all the same', () => {
  const play = new Play({ limits: { sessions: 0 }, launch });
  play.tick(31_000);
  play.configure({ state: 'paused' });
  expect(play.tryJoin(2)).toMatchObject({ prequeue: true, view: { state: 'paused' } });
  expect(play.tick(30_000)).toMatchObject({ state: 'paused', draw: { size: 2 } });
});

test('a store lost in the prequeue, or after the opening, keeps base and size', () => {
  const play = new Play({ limits: { sessions: 0 }, launch });
  play.join(4);
  play.tick(31_000);
  play.join(7);
  play.flush();
  expect(play.tick(500)).toMatchObject({ state: 'prequeue', issued: 11, draw: { base: 4, size: null } });
  play.tick(31_000);
  play.join(9);
  play.flush();
  expect(play.tick(500)).toMatchObject({ issued: 20, draw: { base: 4, size: 7 } });
});

test('a store lost while an operator has paused the prequeue keeps its base', () => {
  const play = new Play({ limits: { sessions: 0 }, launch });
  play.join(4);
  play.tick(31_000);
  play.configure({ state: 'paused' });
  play.join(7);
  play.flush();
  expect(play.tick(500)).toMatchObject({ state: 'paused', issued: 11, draw: { base: 4, size: null } });
  play.tick(31_000);
  play.flush();
  expect(play.tick(500)).toMatchObject({ draw: { base: 4, size: 7 } });
});

test('it opens by the room’s time: a clock that jumps an hour opens nothing early', () => {
  const play = new Play({ launch });
  play.tick(31_000);
  play.clockMs += HOUR_MS;
  expect(play.tick(5000).state).toBe('prequeue');
  expect(play.tick(24_000).state).toBe('open');
});
