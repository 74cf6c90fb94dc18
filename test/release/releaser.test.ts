/** The tick goes from room to room without one that does not answer holding up the others. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RoomView } from '../../gateway/line/words.ts';
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

describe('a room that changes by itself', () => {
  const OPENS_AT = 10_000;
  /** Its time goes by from each tick to the next; half of the ticks fall just before the moment. */
  function waitingRoom(kind: 'opensAt' | 'stateUntil' | 'maintenance', startsAt: number) {
    const startedMs = vi.getMockedSystemTime()!.valueOf();
    const calledAt: number[] = [];
    const viewNow = (): RoomView => {
      const at = startsAt + Date.now() - startedMs;
      const isOver = at >= OPENS_AT;
      const ends = kind === 'maintenance' ? { until: OPENS_AT } : OPENS_AT;
      const view = roomView('event', isOver ? 'engaged' : kind === 'opensAt' ? 'prequeue' : 'paused', 5);
      return { ...view, at, opensAt: null, ...(isOver && kind !== 'opensAt' ? {} : { [kind]: ends }) };
    };
    const store = {
      rooms: () => ['event'],
      view: viewNow,
      isLost: () => false,
      hasNews: async () => false,
      call: async () => {
        const view = viewNow();
        calledAt.push(view.at);
        return view;
      },
    };
    return { store, calledAt };
  }

  beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }));

  it.each(['opensAt', 'stateUntil', 'maintenance'] as const)(
    'at its %s is called within 20 ms of it, wherever the ticks fall',
    async (kind) => {
      for (const startsAt of [8_999, 9_000, 9_200, 9_490, 9_501, 9_600]) {
        const { store, calledAt } = waitingRoom(kind, startsAt);
        const releaser = createReleaser({ store, onView: () => {}, onError: () => {}, random: () => 0.9 });
        releaser.start();
        await vi.advanceTimersByTimeAsync(3_000);
        const after = calledAt.find((at) => at >= OPENS_AT)!;
        // The first tick may come after the moment: nothing was known of the room before it.
        const firstTick = startsAt + 580;
        expect(after - Math.max(OPENS_AT, firstTick)).toBeLessThanOrEqual(20);
        await releaser.stop();
      }
    },
  );

  it('is not called once more for a moment that is over, nor after the stop', async () => {
    const { store, calledAt } = waitingRoom('opensAt', 9_000);
    const releaser = createReleaser({ store, onView: () => {}, onError: () => {}, random: () => 0.5 });
    releaser.start();
    await vi.advanceTimersByTimeAsync(2_100);
    expect(calledAt).toEqual([9_500, 10_000, 10_500, 11_000]);
    const early = waitingRoom('opensAt', 9_000);
    const stopped = createReleaser({
      store: early.store,
      onView: () => {},
      onError: () => {},
      random: () => 0.1,
    });
    stopped.start();
    await vi.advanceTimersByTimeAsync(900);
    const calls = early.calledAt.length;
    await stopped.stop();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(early.calledAt).toHaveLength(calls);
    await releaser.stop();
  });

  it('whose call is under way at the moment is called again after it', async () => {
    const { store, calledAt } = waitingRoom('stateUntil', 9_000);
    const plain = store.call;
    store.call = async () => {
      const view = await plain();
      if (view.at > 9_900 && view.at < OPENS_AT) await new Promise((resolve) => setTimeout(resolve, 400));
      return view;
    };
    const releaser = createReleaser({ store, onView: () => {}, onError: () => {}, random: () => 0.45 });
    releaser.start();
    await vi.advanceTimersByTimeAsync(1_500);
    expect(calledAt.slice(0, 3)).toEqual([9_490, 9_980, 10_380]);
    await releaser.stop();
  });
});
