/** A store whose calls are timed, whatever store it is. */
import type { Clock } from '../clock.ts';
import type { Store } from './store.ts';

/** Steps of a room, which wait for the store; other calls answer from memory or serve the store itself. */
export const STEPS = [
  'configure',
  'join',
  'call',
  'claim',
  'submit',
  'touch',
  'leave',
  'register',
  'setSeats',
  'operate',
  'lift',
  'restore',
  'redeem',
  'reportRate',
] as const;

export function timeCalls(
  store: Store,
  clock: Clock,
  onCall: (call: string, seconds: number) => void,
): Store {
  const timed = Object.create(store) as Record<string, unknown>;
  for (const call of STEPS) {
    const plain = store[call].bind(store) as (...args: unknown[]) => Promise<unknown>;
    timed[call] = (...args: unknown[]) => {
      const startedMs = clock.monotonicMs();
      const done = () => onCall(call, (clock.monotonicMs() - startedMs) / 1_000);
      const answer = plain(...args);
      answer.then(done, done);
      return answer;
    };
  }
  return timed as unknown as Store;
}
