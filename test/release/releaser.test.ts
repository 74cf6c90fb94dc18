/** The tick goes from room to room without one that does not answer holding up the others. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createReleaser } from '../../gateway/release/releaser.ts';
import { roomView } from '../support/page-models.ts';

const TICK_MS = 500;

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => vi.useRealTimers());

/** Two rooms with people waiting; `dead` never answers until it is told to. */
function rooms() {
  const called: string[] = [];
  let answer = () => {};
  const dead = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const store = {
    rooms: () => ['dead', 'well', 'quiet'],
    view: (room: string) => roomView(room, room === 'quiet' ? 'open' : 'engaged', room === 'quiet' ? 0 : 5),
    isLost: (room: string) => room === 'dead',
    /** Another gateway's doing. */
    hasNews: async (_room: string) => false,
    call: async (room: string) => {
      called.push(room);
      if (room === 'dead') await dead;
      return store.view(room);
    },
  };
  return { store, called, answer: () => answer() };
}

const quietView = (store: ReturnType<typeof rooms>['store']) => {
  const view = store.view;
  store.view = (room) => ({ ...view(room), ...(room === 'quiet' ? { sessions: 0, outstanding: 0 } : {}) });
};

it('a room whose call hangs delays no other, and is not called again meanwhile', async () => {
  const { store, called, answer } = rooms();
  quietView(store);
  const seen: string[] = [];
  const releaser = createReleaser({
    store,
    onView: (view) => seen.push(view.room),
    onError: () => {},
    random: () => 0.5,
  });
  releaser.start();
  await vi.advanceTimersByTimeAsync(3 * TICK_MS);
  expect(called).toEqual(['dead', 'well', 'well', 'well']);
  expect(seen).toEqual(['well', 'well', 'well']);
  answer();
  await vi.advanceTimersByTimeAsync(TICK_MS);
  expect(called.slice(4)).toEqual(['dead', 'well']);
  await releaser.stop();
});

it('a quiet room is called in each turn while something waits for its answer', async () => {
  const { store, called, answer } = rooms();
  quietView(store);
  answer();
  const releaser = createReleaser({
    store,
    onView: () => {},
    onError: () => {},
    isAwaited: (room) => room === 'quiet',
    random: () => 0.5,
  });
  releaser.start();
  await vi.advanceTimersByTimeAsync(2 * TICK_MS);
  expect(called.filter((room) => room === 'quiet')).toHaveLength(2);
  await releaser.stop();
});

it('stopping waits for the calls under way', async () => {
  const { store, answer } = rooms();
  const releaser = createReleaser({ store, onView: () => {}, onError: () => {}, random: () => 0.5 });
  releaser.start();
  await vi.advanceTimersByTimeAsync(TICK_MS);
  let isStopped = false;
  const stopping = releaser.stop().then(() => {
    isStopped = true;
  });
  await vi.advanceTimersByTimeAsync(TICK_MS);
  expect(isStopped).toBe(false);
  answer();
  await stopping;
});

it('a quiet room is called as soon as another gateway did something to it', async () => {
  const { store, called } = rooms();
  quietView(store);
  const releaser = createReleaser({ store, onView: () => {}, onError: () => {}, random: () => 0.5 });
  releaser.start();
  await vi.advanceTimersByTimeAsync(2 * TICK_MS);
  expect(called).not.toContain('quiet');
  store.hasNews = async (room) => room === 'quiet';
  await vi.advanceTimersByTimeAsync(TICK_MS);
  expect(called).toContain('quiet');
});
