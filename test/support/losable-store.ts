/** A store that a test takes away from one gateway and gives back: its calls fail as those of a store that cannot be reached. */
import type { RoomView } from '../../gateway/line/words.ts';
import { type Store, StoreLost } from '../../gateway/store/store.ts';
import { STEPS } from '../../gateway/store/timed.ts';

const CALLS = [...STEPS, 'forget', 'hasNews'] as const;

type Call = (typeof CALLS)[number];

export interface LosableStore {
  store: Store;
  lose(): void;
  find(): void;
  /** The next answer to this call is lost on its way: the store has done what was asked. */
  loseAnswer(call: Call): void;
  /** Calls that reached the store, by name. */
  readonly reached: Call[];
}

export function losable(real: Store): LosableStore {
  let isLost = false;
  const views = new Map<string, RoomView>();
  const unanswered = new Set<Call>();
  const reached: Call[] = [];
  const store = Object.create(real) as Record<string, unknown>;
  for (const call of CALLS) {
    const plain = real[call].bind(real) as (...args: unknown[]) => Promise<unknown>;
    store[call] = async (...args: unknown[]) => {
      if (isLost) throw new StoreLost('the store was taken away');
      reached.push(call);
      const answer = await plain(...args);
      if (unanswered.delete(call)) throw new StoreLost('the answer was lost');
      return answer;
    };
  }
  store.isLost = () => isLost;
  store.health = () => (isLost ? 'lost' : real.health());
  store.view = (room: string) => {
    const last = views.get(room);
    if (!isLost || !last) return real.view(room);
    // A room that was quiet has an old view; its time went on all the same.
    return { ...last, at: Math.max(last.at, Date.now()) };
  };
  return {
    store: store as unknown as Store,
    lose() {
      isLost = true;
      for (const room of real.rooms()) views.set(room, real.view(room) as RoomView);
    },
    find() {
      isLost = false;
      views.clear();
    },
    loseAnswer: (call) => void unanswered.add(call),
    reached,
  };
}
