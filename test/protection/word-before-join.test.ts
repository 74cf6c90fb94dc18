/** The request that engages a room waits itself: its gateway's word reaches Redis before its number is taken, in one turn. */
import { expect, it } from 'vitest';
import { createJoins } from '../../gateway/request/joins.ts';
import { lawOf } from '../store/law.ts';
import { redisStage } from '../store/redis-stage.ts';
import { cleanUpLater } from '../support/clean-up.ts';
import { startRedis } from '../support/redis-server.ts';

const WORD = { factor: 1, perMinute: 60 };

async function stage() {
  const all = await redisStage(await startRedis());
  cleanUpLater(all.close);
  const { store } = await all.open('one');
  const joins = createJoins(store);
  const enter = (room: string) => store.configure(room, lawOf(), 1);
  return { store, enter, take: (room: string, id: string) => joins.take(room, 'default', id) };
}

const letIn = (joined: { kind: string; session?: unknown }) =>
  joined.kind === 'joined' && joined.session !== null;

it('those before it go in, it and those behind it wait', async () => {
  const { store, enter, take } = await stage();
  await enter('event');
  const before = await Promise.all(['a', 'b', 'c'].map((id) => take('event', id)));
  expect(before.map(letIn)).toEqual([true, true, true]);
  const word = store.reportRate('event', WORD);
  const behind = await Promise.all(['d', 'e', 'f'].map((id) => take('event', id)));
  expect(behind.map(letIn)).toEqual([false, false, false]);
  expect((await word).rate).toEqual(WORD);
});

it('also where the room was never asked for before, and where the number is taken without a pause', async () => {
  const { store, enter } = await stage();
  for (let at = 0; at < 20; at++) {
    const room = `event-${at}`;
    await enter(room);
    const word = store.reportRate(room, WORD);
    const joined = await store.join(room, 'default', [`id-${at}`]);
    expect(joined).toMatchObject({ kind: 'joined', sessions: [], view: { rate: WORD } });
    await word;
  }
});
