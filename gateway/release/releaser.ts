/** The release tick: calls the next of every room's line about twice a second, and tends rooms that nobody asks for. */
import type { RoomView } from '../line/words.ts';
import type { Store } from '../store/store.ts';

const TICK_MS = 500;
/** Ticks of several gateways must not fall together. */
const JITTER = 0.2;
/** Quiet rooms are only looked after: expired leases, learned figures. */
const QUIET_EVERY = 20;

export interface ReleaserParts {
  store: Store;
  /** After each tick of a room, with its newest view. */
  onView(view: RoomView): void;
  onError(room: string, error: unknown): void;
  random(): number;
}

export interface Releaser {
  start(): void;
  /** Resolves when the tick under way has ended. */
  stop(): Promise<void>;
}

export function createReleaser({ store, onView, onError, random }: ReleaserParts): Releaser {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let isStopped = false;
  let count = 0;

  const callOne = async (room: string) => {
    try {
      onView(await store.call(room));
    } catch (error) {
      onError(room, error);
    }
  };
  const tick = async () => {
    count++;
    const isQuietTurn = count % QUIET_EVERY === 0;
    for (const room of [...store.rooms()]) {
      if (isStopped) return;
      const view = store.view(room);
      if (isQuietTurn || !view || isBusy(view)) await callOne(room);
    }
  };
  const schedule = () => {
    if (isStopped) return;
    timer = setTimeout(
      () => {
        running = tick().finally(schedule);
      },
      TICK_MS * (1 + JITTER * (2 * random() - 1)),
    );
  };

  return {
    start: schedule,
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await running;
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
