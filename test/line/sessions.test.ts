/** A ticket makes one session, a lost answer costs nothing, and a filled form is never lost (LINE.md, rule 2). */
import { expect, test } from 'vitest';
import { submit } from '../../gateway/line/submit.ts';
import { Play } from './play.ts';

test('a quiet room lets newcomers in at once, and the line begins in the very join that exceeds the limit', () => {
  const play = new Play({ limits: { sessions: 3 } });
  const answer = play.tryJoin(5);
  expect(answer).toMatchObject({ first: 1, count: 5, serving: 3, prequeue: false });
  expect(answer.view).toMatchObject({ state: 'engaged', sessions: 3, waiting: 2 });
});

test('a number is called when a slot is free and becomes one session, however often it is claimed', () => {
  const play = new Play({ limits: { sessions: 1 } });
  const [first, second] = play.join(2);
  expect(play.claim(second).kind).toBe('waiting');
  play.leave(first);
  play.tick();
  for (let i = 0; i < 100; i++)
    expect(play.claim(second)).toMatchObject({ kind: 'admitted', session: { id: 'v2' } });
  expect(play.view).toMatchObject({ sessions: 1, admissions: 2 });
});

test('a ticket whose visitor got an answer is used after the session; its form may be sent within the grace', () => {
  const play = new Play({ limits: { sessions: 1 } });
  const [ticket] = play.join(1);
  play.touch(ticket);
  play.tick(76_000);
  expect(play.claim(ticket)).toMatchObject({ kind: 'used', canSubmit: true });
  play.tick(60_000);
  expect(play.claim(ticket)).toMatchObject({ kind: 'used', canSubmit: false });
  expect(submit(play.room, play.caller(), ticket!.id)).toBeNull();
});

test('a lost answer spends no ticket: the untouched session lapses after 30 s and the ticket is good', () => {
  const play = new Play({ limits: { sessions: 1 } });
  const [ticket] = play.join(1);
  play.tick(29_500);
  expect(play.view.sessions).toBe(1);
  play.tick(500);
  expect(play.view.sessions).toBe(0);
  expect(play.claim(ticket)).toMatchObject({ kind: 'admitted' });
});

test('a first answer that takes long keeps its session and spends nothing until it is sent', () => {
  const play = new Play({ limits: { sessions: 1 } });
  const [ticket] = play.join(1);
  for (let i = 0; i < 10; i++) {
    play.tick(20_000);
    expect(play.touch(ticket, 'answering')).not.toBeNull();
  }
  expect(play.leave(ticket, 'unspent')).toBe(true);
  expect(play.claim(ticket).kind).toBe('admitted');
});

test('a first answer that failed frees the slot at once; one that was sent cannot be taken back', () => {
  const play = new Play({ limits: { sessions: 1 } });
  const [ticket] = play.join(1);
  expect(play.leave(ticket, 'unspent')).toBe(true);
  expect(play.call().sessions).toBe(0);
  expect(play.enter(ticket).kind).toBe('admitted');
  expect(play.leave(ticket, 'unspent')).toBe(false);
  expect(play.call().sessions).toBe(1);
});

test('a lease lasts 1.25 idle times, so that one touched in each quarter never lapses early', () => {
  const play = new Play({ limits: { sessions: 1 } });
  const [ticket] = play.join(1);
  const lease = play.touch(ticket)!;
  expect(lease.leaseUntil - play.view.at).toBe(75_000);
});

test('the session’s maximum is a hard end, however often it is touched', () => {
  const play = new Play({ limits: { sessions: 1 }, maxMs: 90_000 });
  const [ticket] = play.join(1);
  for (let i = 0; i < 8; i++) {
    play.touch(ticket);
    play.tick(10_000);
  }
  expect(play.touch(ticket)!.leaseUntil).toBe(play.room.sessions.get('v1')!.startedAt + 90_000);
  play.tick(10_000);
  expect(play.touch(ticket)).toBeNull();
});

test('who left is named in the view and is out for good; a place given up cannot be used again', () => {
  const play = new Play({ limits: { sessions: 1 } });
  const [inside, waiting] = play.join(2);
  expect(play.leave(inside)).toBe(true);
  expect(play.call().endedSessions).toEqual(['v1']);
  expect(play.claim(inside).kind).toBe('used');
  expect(play.leave(waiting)).toBe(true);
  expect(play.leave(waiting)).toBe(false);
  expect(play.claim(waiting).kind).toBe('used');
});

test('ended sessions are listed up to a thousand, the newest last', () => {
  const play = new Play();
  const tickets = [...play.join(1000), ...play.join(1)];
  for (const ticket of tickets) play.leave(ticket);
  const { endedSessions } = play.call();
  expect([endedSessions.length, endedSessions[0], endedSessions.at(-1)]).toEqual([1000, 'v2', 'v1001']);
});

test('a filled form takes the reserve, which nobody is called or let in for, and never more than the limit', () => {
  const play = new Play({ limits: { sessions: 3, submitReserve: 1 } });
  const tickets = play.join(4);
  expect(play.tick(2000)).toMatchObject({ sessions: 2, serving: 2 });
  const newcomer = submit(play.room, play.caller(), 'there-before');
  expect(newcomer?.session.id).toBe('there-before');
  expect(submit(play.room, play.caller(), 'another')).toBeNull();
  play.leave(tickets[0]);
  expect(submit(play.room, play.caller(), 'another')).not.toBeNull();
});

test('a lapsed session comes back with its form, the same one; after its maximum for one form only', () => {
  const play = new Play({ limits: { sessions: 1 }, maxMs: 70_000 });
  const [ticket] = play.join(1);
  const { startedAt } = play.touch(ticket)!;
  play.tick(71_000);
  const back = submit(play.room, play.caller(), ticket!.id)!;
  expect(back.session).toEqual({ id: 'v1', startedAt, leaseUntil: play.room.at + 30_000 });
});

test.each(['offline', 'ended'] as const)('no form is sent to a room that is %s', (state) => {
  const play = new Play({ limits: { sessions: 1 }, state });
  expect(submit(play.room, play.caller(), 'x')).toBeNull();
});

test('an expired ticket, or one of another epoch, is void', () => {
  const play = new Play({ limits: { sessions: 0 } });
  const [ticket] = play.join(1);
  expect(play.claim({ ...ticket!, epoch: 2 }).kind).toBe('void');
  expect(play.claim({ ...ticket!, expiresAt: play.room.at }).kind).toBe('void');
});

test('no more than a thousand lapsed sessions are dropped a step, and the rest with the next', () => {
  const play = new Play();
  for (let i = 0; i < 3; i++) play.join(1000);
  play.pass(30_000);
  expect([play.call().sessions, play.tick().sessions, play.tick().sessions]).toEqual([2000, 1000, 0]);
});
