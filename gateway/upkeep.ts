/** What is done without anyone asking: the release tick, leases kept and dropped, rooms that nobody uses forgotten. */
import type { RoomView } from './line/words.ts';
import type { LongLived } from './long-lived.ts';
import { createReleaser } from './release/releaser.ts';
import { enterRememberedRooms } from './remembered-rooms.ts';
import { StoreLost } from './store/store.ts';

/** Well within the shortest lease, 1.25 s. */
const MAINTAIN_MS = 500;
/** Rooms are swept in every so manieth round; other gateways' rooms are looked for in every second one. */
const SWEEP_EVERY = 120;
const LOOK_EVERY = 2;

export function createUpkeep(parts: LongLived, random: () => number) {
  const { store, leases, rooms, outages, withoutStore, audit, onStoreError } = parts;
  const { comeBack } = withoutStore;
  const endedUpTo = new Map<string, string>();

  /** Sessions that ended elsewhere: their passes are refused here within a tick. */
  const endSessions = ({ room, endedSessions }: RoomView) => {
    const newest = endedSessions.at(-1);
    if (newest === undefined || endedUpTo.get(room) === newest) return;
    const seen = endedSessions.lastIndexOf(endedUpTo.get(room) ?? '');
    for (const id of endedSessions.slice(seen + 1)) leases.end(room, id);
    endedUpTo.set(room, newest);
  };
  const onView = (view: RoomView) => {
    endSessions(view);
    withoutStore.countLosses(view);
    audit.decisions.see(view, rooms.get(view.room)?.settings.mode ?? 'act');
    comeBack.afterCall(view.room).catch(onStoreError);
  };
  const releaser = createReleaser({
    store,
    random,
    onView,
    isAwaited: comeBack.isAwaited,
    // That the room has lost its store was said when it did.
    onError: (room, error) => {
      if (!(error instanceof StoreLost && outages.known(room))) onStoreError(error);
    },
  });
  let rounds = 0;
  let timer: NodeJS.Timeout | undefined;
  const maintain = () => {
    leases.maintain((room) => store.view(room)?.at);
    withoutStore.maintain();
    audit.decisions.store(store.health());
    rounds++;
    if (store.kind === 'redis' && rounds % LOOK_EVERY === 0) enterRememberedRooms(parts).catch(onStoreError);
    if (rounds % SWEEP_EVERY !== 0) return;
    rooms.sweep().catch(onStoreError);
    for (const room of endedUpTo.keys()) if (!rooms.get(room)) endedUpTo.delete(room);
    withoutStore.sweep();
    audit.decisions.sweep((room) => rooms.get(room) !== undefined);
  };

  return {
    start(): void {
      releaser.start();
      timer = setInterval(maintain, MAINTAIN_MS);
      timer.unref();
    },
    async stop(): Promise<void> {
      clearInterval(timer);
      await releaser.stop();
    },
  };
}
