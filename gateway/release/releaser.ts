/** The release tick: calls the next of every room's line about twice a second and when it opens, and tends rooms that nobody asks for; no room waits for another. */
import type { RoomView } from '../line/words.ts';
import type { Store } from '../store/store.ts';
import { nextMomentMs } from './moments.ts';

const TICK_MS = 500;
/** Ticks of several gateways must not fall together. */
const JITTER = 0.2;
/** A moment that comes after the next tick is that one's to wait for. */
const AHEAD_MS = 2 * TICK_MS;
/** Quiet rooms are only looked after: expired leases, learned figures. */
const QUIET_EVERY = 20;

export interface ReleaserParts {
  store: Pick<Store, 'rooms' | 'view' | 'call' | 'isLost' | 'hasNews'>;
  /** After each tick of a room, with its newest view. */
  onView(view: RoomView): void;
  onError(room: string, error: unknown): void;
  /** Something waits for an answered call of this room, however quiet it is. */
  isAwaited?(room: string): boolean;
  random(): number;
}

export interface Releaser {
  start(): void;
  /** Resolves when the calls under way have ended. */
  stop(): Promise<void>;
}

export function createReleaser({
  store,
  onView,
  onError,
  isAwaited = () => false,
  random,
}: ReleaserParts): Releaser {
  /** A store that does not answer takes each call's whole time-out. */
  const underWay = new Map<string, Promise<void>>();
  /** Rooms that something happens to before long. */
  const moments = new Map<string, NodeJS.Timeout>();
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let count = 0;

  const look = async (room: string, isDue: boolean) => {
    try {
      if (isDue || (await store.hasNews(room))) heard(await store.call(room));
    } catch (error) {
      onError(room, error);
    }
    underWay.delete(room);
  };
  const heard = (view: RoomView) => {
    awaitMoment(view);
    onView(view);
  };
  /** Room time goes on from the view, whatever clock this machine has. */
  const awaitMoment = (view: RoomView) => {
    const inMs = nextMomentMs(view);
    clearTimeout(moments.get(view.room));
    if (isStopped || inMs === null || inMs > AHEAD_MS) return;
    moments.set(view.room, setTimeout(atMoment, inMs, view.room));
  };
  const atMoment = async (room: string) => {
    moments.delete(room);
    await underWay.get(room);
    if (!isStopped && !underWay.has(room)) underWay.set(room, look(room, true));
  };
  const isDue = (room: string) => {
    if (count % QUIET_EVERY === 0) return true;
    const view = store.view(room);
    return !view || isBusy(view) || store.isLost(room) || isAwaited(room);
  };
  const tick = () => {
    count++;
    for (const room of [...store.rooms()]) {
      if (!underWay.has(room)) underWay.set(room, look(room, isDue(room)));
    }
    schedule();
  };
  const schedule = () => {
    if (!isStopped) timer = setTimeout(tick, TICK_MS * (1 + JITTER * (2 * random() - 1)));
  };

  return {
    start: schedule,
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      for (const moment of moments.values()) clearTimeout(moment);
      await Promise.all(underWay.values());
    },
  };
}

/** Somebody waits, is expected, or is inside; or a launch is ahead, whose hour must not be missed. */
function isBusy(view: RoomView): boolean {
  return (
    view.waiting > 0 ||
    view.outstanding > 0 ||
    view.sessions > 0 ||
    view.opensAt !== null ||
    view.state !== 'open'
  );
}
